"use client"
import { useId } from "react"
import { Button } from "@/components/ui/button"
import { Tag } from "@/components/ui/state-mark"
import type { RealServer, VirtualServer } from "@/lib/domain/balancer"
import type { RealServerView } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { textAt, typedAt } from "./draft"
import { within } from "./draft-errors"
import { DrainButton } from "./drain-button"
import { limits } from "./fields"
import { realMarks } from "./marks"
import { useProblemAt } from "./problem-words"
import { realKey } from "./real-key"
import { useEditing } from "./use-draft"
import { WeightButton } from "./weight-button"

type Props = {
  readonly at: string
  readonly server: VirtualServer
  readonly real: RealServer
  readonly live: RealServerView | undefined
  readonly isOpen: boolean
  readonly onOpen: () => void
  readonly onRemove: () => void
}
/** A row is a table's in a wide window, and wraps in a narrow one. */
export const row = "max-sm:flex max-sm:flex-wrap max-sm:items-center"
export const cell = "px-2.5 py-1.5 whitespace-nowrap tabular-nums max-sm:block"
export function RealRow({ at, server, real, live, isOpen, onOpen, onRemove }: Props) {
  const t = useTranslations("balancer")
  const { canEdit, canDrain } = useEditing()
  const key = real.address === "" ? t("newReal") : realKey(server, real)
  return (
    <tr className={`${row} ${isOpen ? "bg-accent-soft" : ""}`}>
      <NameCell at={at} live={live} name={live?.node ?? real.name ?? key} serverKey={key} />
      <td className={cell}>
        <WeightCell at={at} label={t("weightOf", { server: key })} />
      </td>
      <td className={`${cell} text-ink2`}>
        {real.checks.length === 0 ? (
          <span className="text-warn">{t("noChecks")}</span>
        ) : (
          real.checks.map(({ kind }) => t(`check.${kind}`)).join(", ")
        )}
      </td>
      <td className={cell}>{live?.live ? t("connectionsOf", live.live) : "–"}</td>
      <td className={cell}>{live?.rate ? t("perSecond", { n: Math.round(live.rate.connections) }) : "–"}</td>
      <td className={cell}>
        <span className="flex justify-end gap-0.5 whitespace-nowrap">
          {canDrain && live?.wanted && <DrainButton server={server} serverKey={key} isDrained={live.wanted.weight === 0} />}
          {canDrain && !canEdit && live?.wanted && <WeightButton server={server} serverKey={key} weight={live.wanted.weight} />}
          <OpenButton isOpen={isOpen} label={t("editOf", { server: key })} onPress={onOpen} />
          {canEdit && (
            <Button look="quiet" label={t("removeOf", { server: key })} onPress={onRemove}>
              {t("remove")}
            </Button>
          )}
        </span>
      </td>
    </tr>
  )
}
function StateTag({ live }: { readonly live: RealServerView | undefined }) {
  const t = useTranslations("balancer")
  const state = live?.state ?? "new"
  const left = (live?.live?.active ?? 0) + (live?.live?.inactive ?? 0)
  return <Tag mark={realMarks[state]}>{state === "draining" ? t("drainingLeft", { n: left }) : t(`realState.${state}`)}</Tag>
}
type NameProps = { readonly at: string; readonly name: string; readonly serverKey: string; readonly live: RealServerView | undefined }
function NameCell({ at, name, serverKey, live }: NameProps) {
  const t = useTranslations("balancer")
  const bad = within(useEditing().problems, at).length
  return (
    <th scope="row" className="px-2.5 py-1.5 text-left font-normal max-sm:block max-sm:w-full">
      <span className="flex flex-wrap items-center gap-x-2">
        <b>{name}</b> <StateTag live={live} />
      </span>
      {name !== serverKey && <span className="block font-mono text-[12px] whitespace-nowrap text-ink2">{serverKey}</span>}
      {live?.live && live.wanted && live.live.weight > 0 && live.live.weight !== live.wanted.weight && (
        <span className="block text-xs text-ink2">{t("weightNow", { n: live.live.weight })}</span>
      )}
      {live?.isMaintained && <span className="block text-xs text-warn">{t("maintained")}</span>}
      {bad > 0 && <span className="block text-xs text-bad">{t("problems", { n: bad })}</span>}
    </th>
  )
}
function OpenButton({ isOpen, label, onPress }: { readonly isOpen: boolean; readonly label: string; readonly onPress: () => void }) {
  const t = useTranslations("balancer")
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-label={label}
      onClick={onPress}
      className="min-h-8 rounded-md px-3 py-1 font-medium whitespace-nowrap text-ink2 hover:bg-sunk max-sm:min-h-10"
    >
      {t(isOpen ? "less" : "details")}
    </button>
  )
}
function WeightCell({ at, label }: { readonly at: string; readonly label: string }) {
  const { draft, edit, canEdit } = useEditing()
  const id = useId()
  const path = `${at}.weight`
  const problem = useProblemAt()(path, limits.weight)
  return (
    <>
      <input
        aria-label={label}
        aria-invalid={problem === undefined ? undefined : true}
        aria-describedby={problem === undefined ? undefined : id}
        name={path}
        inputMode="numeric"
        readOnly={!canEdit}
        placeholder="1"
        value={textAt(draft, path, "whole")}
        onChange={({ target: { value } }) => edit((was) => typedAt(was, path, "whole", value))}
        className={`w-16 rounded-md border bg-panel px-2 py-1 max-sm:text-[16px] ${problem === undefined ? "" : "border-bad"}`}
      />
      {problem !== undefined && (
        <p id={id} className="mt-1 max-w-48 text-xs text-bad">
          {problem}
        </p>
      )}
    </>
  )
}
