-- CreateTable
CREATE TABLE "Balancer" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "clusterId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "secretsSealed" TEXT,
    "ignored" JSONB NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Balancer_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "BalancerDirector" (
    "balancerId" TEXT NOT NULL,
    "nodeId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    PRIMARY KEY ("balancerId", "nodeId"),
    CONSTRAINT "BalancerDirector_balancerId_fkey" FOREIGN KEY ("balancerId") REFERENCES "Balancer" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "BalancerDirector_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "BalancerVersion" (
    "balancerId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "model" JSONB NOT NULL,
    "at" DATETIME NOT NULL,
    "userName" TEXT NOT NULL,
    "why" TEXT NOT NULL DEFAULT '',
    "jobId" TEXT,

    PRIMARY KEY ("balancerId", "number"),
    CONSTRAINT "BalancerVersion_balancerId_fkey" FOREIGN KEY ("balancerId") REFERENCES "Balancer" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "Balancer_clusterId_name_key" ON "Balancer"("clusterId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "BalancerDirector_balancerId_position_key" ON "BalancerDirector"("balancerId", "position");
