"use client"
import { useSearchParams } from "next/navigation"
import { useState } from "react"
import { ConfirmOff } from "@/components/node/confirm-off"
import { clockTime } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Banner, Card } from "@/components/ui/card"
import { useNow } from "@/lib/client/clock"
import type { LostView } from "@/lib/domain/fencing"
import type { SessionView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { SecondDialog } from "./second-dialog"
import { useBy } from "./words"

/** As long as the server keeps a request for a second person, ms. */
const ASKED_MAX_AGE_MS = 15 * 60_000
export type Me = SessionView["user"]

type ByHandProps = { readonly clusterId: string; readonly view: LostView; readonly me: Me; readonly isWaitedFor: boolean }
/** For the one who stands at the machine. In a section of its own: never beside what switches a machine off. */
export function ByHand({ clusterId, view, me, isWaitedFor }: ByHandProps) {
  const t = useTranslations("lost")
  const say = useBy()
  const now = Math.max(useNow(view.nowMs), view.nowMs)
  // An alert's link leads to the question at once, where it is one: not while something else is still being done about the node.
  const isAsked =
    useSearchParams().get("open") === "confirm" && me?.role !== "viewer" && (isWaitedFor || view.next.code === "fencingFailed")
  const [open, setOpen] = useState<"confirm" | "second" | undefined>(isAsked ? "confirm" : undefined)
  const close = () => setOpen(undefined)
  const { node, asked, against } = view
  const waiting = asked !== null && now - asked.atMs < ASKED_MAX_AGE_MS ? asked : null
  const isAdmin = me?.role === "admin"
  return (
    <section aria-label={t("handTitle")}>
      <h2 className="mb-1.5">{t("handTitle")}</h2>
      <Card className="grid gap-3 px-4 py-3.5">
        <p className="max-w-[75ch]">{t("handText", { node })}</p>
        {against.length > 0 && <p className="font-medium text-warn">{t("handAgainst", { by: say(against) })}</p>}
        {waiting && <Asked view={view} asked={waiting} me={me} onSecond={() => setOpen("second")} />}
        {me?.role !== "viewer" && waiting?.who !== me?.name && (
          <div>
            <Button look={isWaitedFor && against.length === 0 ? "danger" : "default"} onPress={() => setOpen("confirm")}>
              {t("handButton")}
            </Button>
          </div>
        )}
      </Card>
      {open === "confirm" && <ConfirmOff {...{ clusterId, view, isAdmin, onClose: close }} />}
      {open === "second" && waiting && <SecondDialog {...{ clusterId, view, asked: waiting, onClose: close }} />}
    </section>
  )
}

type AskedProps = {
  readonly view: LostView
  readonly asked: NonNullable<LostView["asked"]>
  readonly me: Me
  readonly onSecond: () => void
}
/** A confirmation that waits for a second person: the first one sees that it waits, another admin can go on. */
function Asked({ view: { node }, asked, me, onSecond }: AskedProps) {
  const t = useTranslations("lost")
  const time = clockTime(asked.atMs)
  const isOwn = asked.who === me?.name
  return (
    <Banner mark="need">
      <div className="min-w-0 flex-1" suppressHydrationWarning>
        <b>{isOwn ? t("askedWaits", { time }) : t("askedBy", { who: asked.who, time, node })}</b>
        <q className="block break-words">{asked.why}</q>
        {!isOwn && me?.role !== "admin" && <span className="block">{t("askedAdmin")}</span>}
      </div>
      {!isOwn && me?.role === "admin" && (
        <Button look="danger" onPress={onSecond}>
          {t("second")}
        </Button>
      )}
    </Banner>
  )
}
