-- AlterTable
ALTER TABLE "Cluster" ADD COLUMN "lockedAt" DATETIME;
ALTER TABLE "Cluster" ADD COLUMN "lockedBy" TEXT;

-- AlterTable
ALTER TABLE "Job" ADD COLUMN "changes" JSONB;

-- CreateTable
CREATE TABLE "SharedResource" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "clusterId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "driver" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    CONSTRAINT "SharedResource_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Node" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "clusterId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL DEFAULT 22,
    "user" TEXT NOT NULL,
    "via" TEXT,
    "hostKey" TEXT NOT NULL,
    "isMember" BOOLEAN NOT NULL DEFAULT true,
    "isInMaintenance" BOOLEAN NOT NULL DEFAULT false,
    "position" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Node_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_Node" ("clusterId", "createdAt", "host", "hostKey", "id", "isMember", "name", "port", "position", "user", "via") SELECT "clusterId", "createdAt", "host", "hostKey", "id", "isMember", "name", "port", "position", "user", "via" FROM "Node";
DROP TABLE "Node";
ALTER TABLE "new_Node" RENAME TO "Node";
CREATE UNIQUE INDEX "Node_clusterId_name_key" ON "Node"("clusterId", "name");
CREATE TABLE "new_Resource" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "serviceId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "driver" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "parent" TEXT,
    "independentSubtree" TEXT NOT NULL DEFAULT 'no',
    "maxRestarts" INTEGER NOT NULL DEFAULT 0,
    "restartExpireMs" INTEGER NOT NULL DEFAULT 0,
    "maxFailures" INTEGER NOT NULL DEFAULT 0,
    "failureExpireMs" INTEGER NOT NULL DEFAULT 0,
    "sharedId" TEXT,
    CONSTRAINT "Resource_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Resource_sharedId_fkey" FOREIGN KEY ("sharedId") REFERENCES "SharedResource" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
INSERT INTO "new_Resource" ("driver", "id", "name", "params", "position", "serviceId") SELECT "driver", "id", "name", "params", "position", "serviceId" FROM "Resource";
DROP TABLE "Resource";
ALTER TABLE "new_Resource" RENAME TO "Resource";
CREATE UNIQUE INDEX "Resource_serviceId_name_key" ON "Resource"("serviceId", "name");
CREATE TABLE "new_Service" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "clusterId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "domainId" TEXT,
    "isExclusive" BOOLEAN NOT NULL DEFAULT false,
    "autostart" BOOLEAN NOT NULL DEFAULT true,
    "recovery" TEXT NOT NULL DEFAULT 'restart',
    "maxRestarts" INTEGER NOT NULL DEFAULT 0,
    "restartExpireMs" INTEGER NOT NULL DEFAULT 0,
    "dependsOn" TEXT,
    "dependMode" TEXT NOT NULL DEFAULT 'hard',
    "priority" INTEGER NOT NULL DEFAULT 0,
    "ties" TEXT NOT NULL DEFAULT 'order',
    "position" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Service_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Service_domainId_fkey" FOREIGN KEY ("domainId") REFERENCES "FailoverDomain" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
INSERT INTO "new_Service" ("autostart", "clusterId", "createdAt", "domainId", "id", "isExclusive", "name", "position") SELECT "autostart", "clusterId", "createdAt", "domainId", "id", "isExclusive", "name", "position" FROM "Service";
DROP TABLE "Service";
ALTER TABLE "new_Service" RENAME TO "Service";
CREATE UNIQUE INDEX "Service_clusterId_name_key" ON "Service"("clusterId", "name");
CREATE TABLE "new_ServiceStatus" (
    "serviceId" TEXT NOT NULL PRIMARY KEY,
    "state" TEXT NOT NULL,
    "owner" TEXT,
    "lastOwner" TEXT,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "since" DATETIME NOT NULL,
    "reason" JSONB,
    "isFrozen" BOOLEAN NOT NULL DEFAULT false,
    "details" JSONB,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "ServiceStatus_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_ServiceStatus" ("lastOwner", "owner", "reason", "restarts", "serviceId", "since", "state", "updatedAt") SELECT "lastOwner", "owner", "reason", "restarts", "serviceId", "since", "state", "updatedAt" FROM "ServiceStatus";
DROP TABLE "ServiceStatus";
ALTER TABLE "new_ServiceStatus" RENAME TO "ServiceStatus";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE UNIQUE INDEX "SharedResource_clusterId_name_key" ON "SharedResource"("clusterId", "name");
