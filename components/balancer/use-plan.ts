"use client"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useRef, useState } from "react"
import { client, refusalOf } from "@/lib/client/api"
import type { BalancerPlanView } from "@/lib/domain/balancer-view"

const isBalancerPlan = (plan: object): plan is BalancerPlanView => "files" in plan && "balancerChanges" in plan
type Wanted = {
  readonly make: () => Promise<BalancerPlanView>
  readonly why?: string
  readonly isAsked?: boolean
  /** What the plan rests on: another one, and it is made anew. */
  readonly basis?: string
}
/** A plan made when it comes into sight, and applied. Where the world moved meanwhile, the new one takes its place (`isNewer`). */
export function usePlan({ make, why = "", isAsked = true, basis = "" }: Wanted) {
  const opened = useRef(crypto.randomUUID())
  const making = useQuery({ queryKey: ["plan", opened.current, basis], queryFn: make, ...{ enabled: isAsked, retry: false, gcTime: 0 } })
  const [stale, setStale] = useState<{ readonly basis: string; readonly plan: BalancerPlanView }>()
  const newer = stale?.basis === basis ? stale.plan : undefined
  const applying = useMutation({
    mutationFn: (planId: string) => client.plan.apply({ planId, why }),
    onError: (error) => {
      const plan = refusalOf(error)?.plan
      if (plan && isBalancerPlan(plan)) setStale({ basis, plan })
    },
  })
  return { plan: newer ?? making.data, isNewer: newer !== undefined, making, applying }
}
