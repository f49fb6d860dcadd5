/** One row of the record: who asked for what, and what became of it. */
export type AuditView = {
  readonly id: number
  readonly atMs: number
  readonly user: string
  readonly through: string
  readonly verb: string
  readonly input: unknown
  readonly why: string
  readonly outcome: "pending" | "done" | "failed" | "unknown" | "refused"
  readonly endedMs: number | null
  readonly jobId: string | null
}
