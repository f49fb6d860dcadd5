"use client"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import type { VirtualServer } from "@/lib/domain/balancer"
import { keyOf } from "@/lib/domain/balancer-rules-service"
import { useTranslations } from "@/lib/i18n/use"
import { DrainDialog } from "./drain-dialog"
import { useEditing } from "./use-draft"

type Props = { readonly server: VirtualServer; readonly serverKey: string; readonly isDrained: boolean }
/** At once, by itself: what else is typed in the form stays a draft. */
export function DrainButton({ server, serverKey, isDrained }: Props) {
  const t = useTranslations("balancer")
  const { place } = useEditing()
  const [isAsked, setAsked] = useState(false)
  const { clusterId, name } = place
  const action = isDrained ? ("return" as const) : ("drain" as const)
  const label = t(isDrained ? "undrainOf" : "drainOf", { server: serverKey })
  return (
    <>
      <Button look="quiet" label={label} onPress={() => setAsked(true)}>
        {t(isDrained ? "undrain" : "drain")}
      </Button>
      {isAsked && (
        <DrainDialog
          {...{ clusterId, balancer: name, action, title: label }}
          reals={[{ server: keyOf(server.service), real: serverKey }]}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  )
}
