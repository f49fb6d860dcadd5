"use client"
import Link from "next/link"
import { Button } from "@/components/ui/button"
import { Banner, Card } from "@/components/ui/card"
import { type ConfImported, confKinds } from "@/lib/domain/cluster-conf"
import { useTranslations } from "@/lib/i18n/use"

const folders = {
  ...{ domain: "domains", shared: "resources", service: "services", fenceDevice: "fencing/devices" },
  ...{ nodeFencing: "fencing/nodes", settings: "fencing" },
} as const
/** An id begins with the kind and ends, at a conflict, with what had differed. */
function partsOf(id: string) {
  const [, word, name = ""] = /^(\w+):([^#]*)/.exec(id) ?? []
  const kind = confKinds.find((one) => one === word)
  return kind && { kind, name }
}
type Props = { readonly clusterId: string; readonly done: ConfImported; readonly onAnother: () => void }
/** What was done, with the way to each. */
export function Summary({ clusterId, done: { taken, kept, waiting }, onAnother }: Props) {
  const t = useTranslations("conf")
  const items = taken.flatMap((id) => partsOf(id) ?? [])
  return (
    <div className="grid gap-3">
      <Banner mark="ok">
        <span role="status" className="min-w-0 flex-1">
          <b>{t("done")}</b>: {t("took", { n: taken.length })}
          {kept.length > 0 && ` · ${t("kept", { n: kept.length })}`}
        </span>
        <Button onPress={onAnother}>{t("another")}</Button>
      </Banner>
      {waiting.length > 0 && (
        <Banner mark="need">
          <span className="min-w-0 flex-1">{t("waiting", { n: waiting.length })}</span>
        </Banner>
      )}
      {items.length > 0 && (
        <Card>
          <ul className="divide-y">
            {items.map(({ kind, name }) => (
              <li key={`${kind} ${name}`} className="px-3.5 py-2">
                <Link
                  href={`/c/${clusterId}/${folders[kind]}${kind === "settings" ? "" : `/${encodeURIComponent(name)}`}`}
                  className="font-semibold break-all no-underline hover:underline"
                >
                  {name}
                </Link>{" "}
                <span className="text-ink2">{t(`kinds.${kind}`)}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  )
}
