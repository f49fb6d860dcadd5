-- CreateTable
CREATE TABLE "ConfFile" (
    "clusterId" TEXT NOT NULL PRIMARY KEY,
    "textSealed" TEXT NOT NULL,
    "importedAt" DATETIME NOT NULL,
    "userName" TEXT NOT NULL,
    CONSTRAINT "ConfFile_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
