import { z } from "zod"
import type { JobSummary, JobView } from "../../domain/views"
import { bulk } from "../../jobs/store"
import { OfCluster } from "../common"
import { defineVerb, notFound } from "../verb"
import { outlineOf, summaryOfJob, viewOfJob } from "./views"

export const JobId = z.string().regex(/^[a-z0-9.-]{1,120}$/, "id")
const JOBS_MAX = 100

export const list = defineVerb({
  name: "job.list",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async ({ db }, { clusterId }): Promise<readonly JobSummary[]> => {
    const rows = await db.job.findMany({
      where: { clusterId },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: JOBS_MAX,
      omit: bulk,
    })
    return rows.map(summaryOfJob)
  },
})

export const get = defineVerb({
  name: "job.get",
  kind: "query",
  role: "viewer",
  input: z.object({ id: JobId }),
  run: async ({ db, nowMs }, { id }): Promise<JobView> => {
    const row = await db.job.findUnique({ where: { id }, omit: bulk })
    if (!row) throw notFound(`job ${id}`)
    const [outline, journal, next] = await Promise.all([
      outlineOf(db, id),
      db.journalEntry.findMany({ where: { jobId: id }, orderBy: { id: "asc" } }),
      db.job.findFirst({ where: { follows: id }, select: { id: true } }),
    ])
    return viewOfJob(row, outline, journal, next?.id ?? null, nowMs())
  },
})
