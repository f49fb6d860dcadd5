"use client"
import { useQuery } from "@tanstack/react-query"
import { usePathname, useRouter } from "next/navigation"
import { type KeyboardEvent, useMemo, useState } from "react"
import { useLocale } from "use-intl"
import { LockPlanDialog, NodePlanDialog, PlanDialog } from "@/components/plan/plan-dialog"
import { Dialog } from "@/components/ui/dialog"
import { api } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import { type Asked, commandsOf } from "./commands"
import { type Command, found, indexed } from "./find"

const SHOWN = 12

function useCommands(clusterId: string, go: (href: string) => void, ask: (asked: Asked) => void) {
  const locale = useLocale()
  const { data: view } = useQuery({ ...api.overview.get.queryOptions({ input: { clusterId } }), enabled: clusterId !== "" })
  // biome-ignore lint/correctness/useExhaustiveDependencies: go and ask do the same whenever they were made
  return useMemo(() => indexed(commandsOf({ clusterId, locale, go, ask }, view)), [clusterId, locale, view])
}

/** Find or do: by the keyboard alone, in either language. An action leads to its plan, as every other way does. */
export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter()
  const path = usePathname()
  const clusters = useQuery(api.cluster.list.queryOptions({ input: {} }))
  const [, , wanted] = path.split("/")
  const clusterId = (clusters.data?.find(({ id }) => id === wanted) ?? clusters.data?.[0])?.id ?? ""
  const [asked, setAsked] = useState<Asked>()
  const go = (href: string) => {
    router.push(href)
    onClose()
  }
  const commands = useCommands(clusterId, go, setAsked)
  if (asked?.kind === "service") {
    const { kind: _, ...ask } = asked
    return <PlanDialog clusterId={clusterId} {...ask} onClose={onClose} />
  }
  if (asked?.kind === "node") return <NodePlanDialog clusterId={clusterId} node={asked.node} action={asked.action} onClose={onClose} />
  if (asked?.kind === "lock") return <LockPlanDialog clusterId={clusterId} action={asked.action} onClose={onClose} />
  return <Finder commands={commands} onClose={onClose} />
}

const steps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => (at >= last ? 0 : at + 1),
  ArrowUp: (at, last) => (at <= 0 ? last : at - 1),
  PageDown: (_, last) => last,
  PageUp: () => 0,
}
type FinderProps = { readonly commands: ReturnType<typeof indexed<Command>>; readonly onClose: () => void }
/** A combobox whose list is always open (ARIA APG). What is chosen stays under the input's keys. */
function Finder({ commands, onClose }: FinderProps) {
  const t = useTranslations("shell")
  const [text, setText] = useState("")
  const [wish, setWish] = useState(0)
  const items = useMemo(() => found(commands, text).slice(0, SHOWN), [commands, text])
  const at = Math.min(wish, items.length - 1)
  const onKey = (event: KeyboardEvent) => {
    // Enter and arrows choose among the conversions first, where words are composed.
    if (event.nativeEvent.isComposing) return
    const step = steps[event.key]
    if (!step && event.key !== "Enter") return
    event.preventDefault()
    if (step) setWish(step(at, items.length - 1))
    else items[at]?.run()
  }
  return (
    <Dialog title={t("find")} onClose={onClose}>
      <input
        role="combobox"
        aria-label={t("find")}
        aria-autocomplete="list"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={items[at] && `palette-${at}`}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setWish(0)
        }}
        onKeyDown={onKey}
        placeholder={t("findHint")}
        autoComplete="off"
        spellCheck={false}
        className="mt-3 w-full rounded-md border bg-bg px-3 py-2 max-sm:text-[16px]"
      />
      <div id="palette-list" role="listbox" aria-label={t("found")} className="mt-2 grid gap-0.5">
        {items.map((item, i) => (
          <div
            key={item.id}
            id={`palette-${i}`}
            role="option"
            aria-selected={i === at}
            tabIndex={-1}
            onClick={item.run}
            onKeyDown={onKey}
            className={`cursor-pointer rounded-md px-3 py-1.5 break-words max-sm:py-2.5 ${i === at ? "bg-accent-soft text-accent" : "hover:bg-sunk"}`}
          >
            {item.words[0]}
          </div>
        ))}
      </div>
      <p role="status" className={items.length === 0 ? "mt-2 text-ink2" : "sr-only"}>
        {items.length === 0 ? t("notFound") : t("foundCount", { n: items.length })}
      </p>
    </Dialog>
  )
}
