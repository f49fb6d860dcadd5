"use client"
import { useState } from "react"
import { SelectField } from "@/components/ui/field"
import { client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import { BalancerPlanDialog } from "./plan-dialog"

type Props = {
  readonly clusterId: string
  readonly balancer: string
  readonly action: "drain" | "return"
  readonly title: string
  readonly reals: readonly { readonly server: string; readonly real: string }[]
  readonly onClose: () => void
}
const times = [0, 30, 60, 300, 900] as const
/** Out, or back: at once or in steps. Another time is another plan. */
export function DrainDialog({ clusterId, balancer, action, title, reals, onClose }: Props) {
  const t = useTranslations("balancer")
  const [seconds, setSeconds] = useState(0)
  const words = (n: number) => (n < 60 ? t("slowStart.seconds", { n }) : t("slowStart.minutes", { n: n / 60 }))
  return (
    <BalancerPlanDialog
      clusterId={clusterId}
      title={title}
      confirm={t(action === "drain" ? "drain" : "undrain")}
      basis={String(seconds)}
      make={() =>
        client.plan.drain({ clusterId, drain: balancer, action, reals: [...reals], ...(seconds > 0 ? { slowStartSeconds: seconds } : {}) })
      }
      onClose={onClose}
      onDone={onClose}
    >
      {action === "return" && (
        <SelectField
          label={t("slowStart.label")}
          hint={t("slowStart.hint")}
          value={String(seconds)}
          options={times.map((n) => ({ value: String(n), label: n === 0 ? t("slowStart.off") : words(n) }))}
          onChange={({ target: { value } }) => setSeconds(Number(value))}
        />
      )}
    </BalancerPlanDialog>
  )
}
