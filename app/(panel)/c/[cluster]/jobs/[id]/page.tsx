import { JobPage } from "@/components/job/job-page"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string; readonly id: string }> }) {
  const { cluster, id } = await params
  return <JobPage clusterId={cluster} initial={await forPage(async () => (await serverCaller()).job.get({ id: decodeURIComponent(id) }))} />
}
