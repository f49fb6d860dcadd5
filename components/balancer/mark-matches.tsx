"use client"
import { Button } from "@/components/ui/button"
import { protocols, type Service } from "@/lib/domain/balancer"
import { useTranslations } from "@/lib/i18n/use"
import { added, removed } from "./draft"
import { DraftField } from "./draft-fields"
import { limits } from "./fields"
import { useEditing } from "./use-draft"

type Matches = NonNullable<Extract<Service, { kind: "mark" }>["match"]>
/** The rule of nft that sets the mark: which packets are one service. Ranges of ports and several addresses are possible here only. */
export function MarkMatches({ at, matches }: { readonly at: string; readonly matches: Matches }) {
  const t = useTranslations("balancer")
  const { edit, canEdit } = useEditing()
  const list = `${at}.service.match`
  return (
    <fieldset className="grid gap-2 rounded-md border p-3 sm:col-span-2">
      <legend className="px-1 text-ink2">{t("matches")}</legend>
      <p className="text-xs text-ink3">{t("matchesHint")}</p>
      {matches.map((_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names of their own, and their fields hold no state
        <div key={i} className="grid gap-2 sm:grid-cols-[1fr_2fr_1fr_1fr_auto] sm:items-end">
          <DraftField at={`${list}.${i}`} spec={{ as: "choice", name: "protocol", words: "protocol", options: protocols }} />
          <DraftField at={`${list}.${i}`} spec={{ as: "text", name: "address", words: "address", isRequired: true }} />
          <DraftField at={`${list}.${i}`} spec={limits.matchFrom} />
          <DraftField at={`${list}.${i}`} spec={limits.matchTo} />
          {canEdit && (
            <Button look="quiet" label={t("removeMatch", { n: i + 1 })} onPress={() => edit((was) => removed(was, list, i))}>
              {t("remove")}
            </Button>
          )}
        </div>
      ))}
      {canEdit && (
        <span>
          <Button onPress={() => edit((was) => added(was, list, { protocol: "tcp", address: "", from: 80, to: 80 }))}>
            {t("addMatch")}
          </Button>
        </span>
      )}
    </fieldset>
  )
}
