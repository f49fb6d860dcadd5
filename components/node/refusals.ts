import { useReport } from "@/components/ui/reports"
import { refusalOf } from "@/lib/client/api"
import { type Report, report } from "@/lib/domain/report"

/** No answer at all, or one that is a fault of the panel: what is true then is to be looked at. */
const faultOf = (error: unknown): Report =>
  report("nodeUnreachable", { node: "Moyai", why: error instanceof Error && "status" in error ? "fault" : "noAnswer" })
/** What stands in the way; that the panel itself did not answer is said too. */
export const reportsOf = (error: unknown): readonly Report[] => (error ? (refusalOf(error)?.reports ?? [faultOf(error)]) : [])

/** Reports that name one of the form's fields stand under it, the others in a banner: none is dropped. */
export function useRefusal(error: unknown, fields: readonly string[]) {
  const words = useReport()
  const reports = reportsOf(error)
  const at = (field: string): string | undefined => {
    const found = reports.find((r) => r.field === field)
    return found?.code === "invalid" ? found.params.detail : found && words(found)
  }
  return { at, others: reports.filter((r) => r.field === undefined || !fields.includes(r.field)) }
}
