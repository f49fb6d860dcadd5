"use client"
import { useQuery } from "@tanstack/react-query"
import { useEffect } from "react"
import { api } from "@/lib/client/api"
import { setServerNow } from "@/lib/client/clock"
import type { LostView } from "@/lib/domain/fencing"

const REFETCH_MS = 1_000
type Input = { readonly clusterId: string; readonly name: string }
/** What is known of a node, anew every second while it is away: evidence ages by the second and nobody tells of it. */
export function useLost(input: Input, { isAway, initial }: { readonly isAway: boolean; readonly initial?: LostView | undefined }) {
  const { data } = useQuery({
    ...api.fence.lost.queryOptions({ input }),
    ...(initial === undefined ? {} : { initialData: initial }),
    refetchInterval: isAway ? REFETCH_MS : false,
  })
  const nowMs = data?.nowMs
  useEffect(() => {
    if (nowMs !== undefined) setServerNow(nowMs)
  }, [nowMs])
  return data
}
