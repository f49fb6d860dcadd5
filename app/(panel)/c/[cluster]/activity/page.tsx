import { Activity } from "@/components/event/activity"
import { serverCaller } from "@/lib/verbs/caller"
import { forPage } from "@/lib/verbs/page"

export default async function Page({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  const { cluster: clusterId } = await params
  const [jobs, events] = await forPage(async () => {
    const call = await serverCaller()
    return Promise.all([call.job.list({ clusterId }), call.event.list({ clusterId })])
  })
  return <Activity clusterId={clusterId} jobs={jobs} events={events} />
}
