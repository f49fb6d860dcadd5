-- CreateTable
CREATE TABLE "FenceDevice" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "clusterId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "secretsSealed" TEXT,
    "runsOn" TEXT NOT NULL DEFAULT 'panel',
    "unfences" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "FenceDevice_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "FenceMethod" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "nodeId" TEXT NOT NULL,
    "level" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "deviceId" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "testedAt" DATETIME,
    "tested" TEXT,
    "detail" TEXT,
    CONSTRAINT "FenceMethod_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "FenceMethod_deviceId_fkey" FOREIGN KEY ("deviceId") REFERENCES "FenceDevice" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Fencing" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "clusterId" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "userName" TEXT NOT NULL,
    "through" TEXT NOT NULL,
    "why" TEXT NOT NULL DEFAULT '',
    "decidedFor" DATETIME,
    "evidence" JSONB NOT NULL,
    "detail" JSONB,
    "at" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "jobId" TEXT,
    CONSTRAINT "Fencing_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Cluster" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "privateKeySealed" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lockedBy" TEXT,
    "lockedAt" DATETIME,
    "lostAfterMs" INTEGER NOT NULL DEFAULT 3000,
    "postFailDelayMs" INTEGER NOT NULL DEFAULT 0,
    "postJoinDelayMs" INTEGER NOT NULL DEFAULT 6000,
    "afterFencing" TEXT NOT NULL DEFAULT 'on',
    "tieBreaker" TEXT,
    "needsTwo" BOOLEAN NOT NULL DEFAULT false
);
INSERT INTO "new_Cluster" ("createdAt", "id", "lockedAt", "lockedBy", "name", "privateKeySealed", "publicKey") SELECT "createdAt", "id", "lockedAt", "lockedBy", "name", "privateKeySealed", "publicKey" FROM "Cluster";
DROP TABLE "Cluster";
ALTER TABLE "new_Cluster" RENAME TO "Cluster";
CREATE UNIQUE INDEX "Cluster_name_key" ON "Cluster"("name");
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
    "fenceDelayMs" INTEGER NOT NULL DEFAULT 0,
    "position" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Node_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_Node" ("clusterId", "createdAt", "host", "hostKey", "id", "isInMaintenance", "isMember", "name", "port", "position", "user", "via") SELECT "clusterId", "createdAt", "host", "hostKey", "id", "isInMaintenance", "isMember", "name", "port", "position", "user", "via" FROM "Node";
DROP TABLE "Node";
ALTER TABLE "new_Node" RENAME TO "Node";
CREATE UNIQUE INDEX "Node_clusterId_name_key" ON "Node"("clusterId", "name");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE UNIQUE INDEX "FenceDevice_clusterId_name_key" ON "FenceDevice"("clusterId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "FenceMethod_nodeId_level_position_key" ON "FenceMethod"("nodeId", "level", "position");

-- CreateIndex
CREATE INDEX "Fencing_clusterId_node_at_idx" ON "Fencing"("clusterId", "node", "at");

-- CreateIndex
CREATE INDEX "Fencing_jobId_idx" ON "Fencing"("jobId");
