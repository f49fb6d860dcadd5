"use client"
import { Button } from "@/components/ui/button"
import { SelectField } from "@/components/ui/field"
import type { Check } from "@/lib/domain/balancer-health"
import { useTranslations } from "@/lib/i18n/use"
import { added, chosen, removed } from "./draft"
import { DraftField, DraftFields } from "./draft-fields"
import { checkFields, urlFields } from "./fields"
import { KeptLines } from "./kept-lines"
import { More } from "./more"
import { useProblemAt } from "./problem-words"
import { useEditing } from "./use-draft"

/** Every field of one check, by its kind. */
export function CheckForm({ at, check }: { readonly at: string; readonly check: Check }) {
  const t = useTranslations("balancer.more")
  const { basic, more } = checkFields[check.kind]
  return (
    <div className="grid gap-3">
      {(check.kind === "http" || check.kind === "ssl") && <Urls at={`${at}.urls`} urls={check.urls} />}
      {basic.length > 0 && <DraftFields at={at} specs={basic} />}
      {check.kind === "udp" && <ReplyField at={`${at}.requireReply`} value={check.requireReply} />}
      <More title={t("check")} at={at} specs={more} />
      <KeptLines kept={check.kept} />
    </div>
  )
}
type UrlsProps = { readonly at: string; readonly urls: Extract<Check, { kind: "http" }>["urls"] }
/** All of them are asked, one after the other. */
function Urls({ at, urls }: UrlsProps) {
  const t = useTranslations("balancer")
  const { edit, canEdit } = useEditing()
  const problem = useProblemAt()(at)
  return (
    <>
      {problem !== undefined && <p className="text-xs text-bad">{problem}</p>}
      {urls.map(({ kept }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: requests have no names, and their fields hold no state
        <div key={i} className="grid gap-2">
          <DraftFields at={`${at}.${i}`} specs={urlFields.basic} />
          <More title={t("more.url")} at={`${at}.${i}`} specs={urlFields.more} />
          <KeptLines kept={kept} />
          {canEdit && urls.length > 1 && (
            <span>
              <Button look="quiet" label={t("removeUrl", { n: i + 1 })} onPress={() => edit((was) => removed(was, at, i))}>
                {t("remove")}
              </Button>
            </span>
          )}
        </div>
      ))}
      {canEdit && (
        <span>
          <Button
            look="quiet"
            onPress={() => edit((was) => added(was, at, { path: "/", statusCodes: [{ from: 200, to: 200 }], kept: [] }))}
          >
            {t("addUrl")}
          </Button>
        </span>
      )}
    </>
  )
}
const replies = ["none", "any", "this"] as const
/** "" in the model is any reply, and nothing is none at all. */
function ReplyField({ at, value }: { readonly at: string; readonly value: string | undefined }) {
  const t = useTranslations("balancer")
  const { edit, canEdit } = useEditing()
  const kind = value === undefined ? "none" : value === "" ? "any" : "this"
  const first = { none: undefined, any: "", this: "X" }
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={t("field.reply")}
        value={kind}
        disabled={!canEdit}
        options={replies.map((one) => ({ value: one, label: t(`reply.${one}`) }))}
        onChange={({ target }) => {
          const to = replies.find((one) => one === target.value)
          if (to) edit((was) => chosen(was, at, first[to]))
        }}
      />
      {kind === "this" && (
        <DraftField
          at={at.slice(0, at.lastIndexOf("."))}
          spec={{ as: "text", name: "requireReply", words: "requireReply", isRequired: true }}
        />
      )}
    </div>
  )
}
