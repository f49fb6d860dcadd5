import { useQueries, useQuery } from "@tanstack/react-query"
import { api, type client } from "@/lib/client/api"
import type { FenceDeviceView } from "@/lib/domain/fencing"

export type Metadata = Awaited<ReturnType<typeof client.fence.metadata>>
export type Parameter = Metadata["parameters"][number]
type Where = { readonly clusterId: string; readonly runsOn: "panel" | "peer"; readonly agent: string }

const optionsOf = (input: Where) => ({ ...api.fence.metadata.queryOptions({ input }), retry: false, enabled: input.agent !== "" })
export const useMetadata = (where: Where) => useQuery(optionsOf(where))
/** Of each device by its name: what its agent says of itself, or nothing where it cannot be asked. */
export function useMetadataOf(clusterId: string, devices: readonly FenceDeviceView[]): ReadonlyMap<string, Metadata> {
  const answers = useQueries({ queries: devices.map(({ runsOn, agent }) => optionsOf({ clusterId, runsOn, agent })) })
  return new Map(devices.flatMap(({ name }, i) => (answers[i]?.data ? [[name, answers[i].data] as const] : [])))
}
