import type { Report } from "@/lib/domain/report"

/** The words for a field that does not fit; the other reports stand in a banner. */
export const detailOf = (reports: readonly Report[], field: string): string | undefined =>
  reports.find((r) => r.field === field && r.code === "invalid")?.params.detail
