-- CreateTable
CREATE TABLE "Rehearsal" (
    "serviceId" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "findings" JSONB NOT NULL,

    PRIMARY KEY ("serviceId", "node"),
    CONSTRAINT "Rehearsal_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
