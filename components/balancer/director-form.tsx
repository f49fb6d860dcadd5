"use client"
import { Button } from "@/components/ui/button"
import type { Director } from "@/lib/domain/balancer"
import { useTranslations } from "@/lib/i18n/use"
import { added, removed } from "./draft"
import { DraftFields } from "./draft-fields"
import { globalFields, groupFields, instanceFields, scriptBlockFields, syncGroupFields } from "./fields-director"
import { KeptLines } from "./kept-lines"
import { More } from "./more"
import { ProblemList } from "./server-form"
import type { Spec } from "./spec"
import { useEditing } from "./use-draft"

type Props = { readonly at: string; readonly director: Director }
const nextName = (prefix: string, all: readonly { readonly name: string }[]): string => {
  const taken = new Set(all.map(({ name }) => name))
  return Array.from({ length: all.length + 1 }, (_, i) => `${prefix}_${i + 1}`).find((name) => !taken.has(name)) ?? prefix
}
/** What is in one director's file and no other's: VRRP, scripts, global settings. */
export function DirectorForm({ at, director }: Props) {
  const t = useTranslations("balancer")
  const more = useTranslations("balancer.more")
  const { context } = useEditing()
  if (context.engine === "ipvsadm") return <p className="text-ink2">{t("noVrrpRaw")}</p>
  const { instances, syncGroups, scripts, groups } = director
  return (
    <div className="grid gap-4">
      <ProblemList at={at} />
      <Parts
        {...{ at: `${at}.instances`, title: t("part.instances"), add: t("part.addInstance"), parts: instances }}
        first={{ name: nextName("VI", instances), state: "BACKUP", interface: "", routerId: 51, priority: 100, addresses: [], kept: [] }}
        basic={instanceFields.basic}
        sections={[
          [more("unicast"), instanceFields.unicast],
          [more("tracking"), instanceFields.tracking],
          [more("instance"), instanceFields.more],
          [more("notify"), instanceFields.scripts],
        ]}
      />
      <Parts
        {...{ at: `${at}.syncGroups`, title: t("part.syncGroups"), add: t("part.addSyncGroup"), parts: syncGroups }}
        first={{ name: nextName("VG", syncGroups), members: instances.map(({ name }) => name), kept: [] }}
        basic={syncGroupFields.basic}
        sections={[[more("more"), syncGroupFields.more]]}
      />
      <Parts
        {...{ at: `${at}.scripts`, title: t("part.scripts"), add: t("part.addScript"), parts: scripts }}
        first={{ name: nextName("chk", scripts), script: { command: "" }, interval: 2, kept: [] }}
        basic={scriptBlockFields.basic}
        sections={[[more("more"), scriptBlockFields.more]]}
      />
      <Parts
        {...{ at: `${at}.groups`, title: t("part.groups"), add: t("part.addGroup"), parts: groups }}
        first={{ name: nextName("group", groups), members: [], kept: [] }}
        basic={groupFields.basic}
        sections={[]}
      />
      <section aria-label={t("part.global")} className="grid gap-2">
        <h3 className="text-[14px] font-semibold">{t("part.global")}</h3>
        <DraftFields at={`${at}.global`} specs={globalFields.basic} />
        <More title={more("sync")} at={`${at}.global`} specs={globalFields.sync} />
        <More title={more("mail")} at={`${at}.global`} specs={globalFields.mail} />
        <More title={more("more")} at={`${at}.global`} specs={globalFields.more} />
        <KeptLines kept={director.global?.kept ?? []} />
      </section>
    </div>
  )
}
type Part = { readonly name: string; readonly kept: readonly { readonly text: string }[] }
type PartsProps = {
  readonly at: string
  readonly title: string
  readonly add: string
  readonly parts: readonly Part[]
  /** What a new one begins with. */
  readonly first: object
  readonly basic: readonly Spec[]
  readonly sections: readonly (readonly [title: string, specs: readonly Spec[]])[]
}
function Parts({ at, title, add, parts, first, basic, sections }: PartsProps) {
  const t = useTranslations("balancer")
  const { edit, canEdit } = useEditing()
  return (
    <section aria-label={title} className="grid gap-2">
      <h3 className="text-[14px] font-semibold">{title}</h3>
      {parts.map(({ name, kept }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is being typed here
        <fieldset key={i} className="grid gap-3 rounded-md border p-3">
          <legend className="px-1 font-medium">{name}</legend>
          <DraftFields at={`${at}.${i}`} specs={basic} />
          {sections.map(([words, specs]) => (
            <More key={words} title={words} at={`${at}.${i}`} specs={specs} />
          ))}
          <KeptLines kept={kept} />
          {canEdit && (
            <span>
              <Button look="quiet" label={t("removeOf", { server: name })} onPress={() => edit((was) => removed(was, at, i))}>
                {t("remove")}
              </Button>
            </span>
          )}
        </fieldset>
      ))}
      {canEdit && (
        <span>
          <Button onPress={() => edit((was) => added(was, at, first))}>{add}</Button>
        </span>
      )}
    </section>
  )
}
