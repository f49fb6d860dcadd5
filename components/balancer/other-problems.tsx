"use client"
import Link from "next/link"
import { Button } from "@/components/ui/button"
import { Banner } from "@/components/ui/card"
import { useTranslations } from "@/lib/i18n/use"
import { wantingScripts, withScripts } from "./draft-scripts"
import { useProblemWords } from "./problem-words"
import { titleOf } from "./real-key"
import { useEditing } from "./use-draft"

const SHOWN = 5
type Props = {
  /** Path of what is in sight: its own problems stand in it. */
  readonly except: string
  readonly onServer?: (index: number) => void
}
/** What does not hold elsewhere: nobody should look for it. */
export function OtherProblems({ except, onServer }: Props) {
  const t = useTranslations("balancer")
  const words = useProblemWords()
  const { problems, draft, edit, canEdit, place } = useEditing()
  const others = problems.all.filter(({ path }) => path !== except && !path.startsWith(`${except}.`))
  if (others.length === 0) return null
  const home = `/c/${place.clusterId}/balancers/${encodeURIComponent(place.name)}`
  const where = (path: string) => {
    const [part, at = "0"] = path.split(".")
    const server = part === "virtualServers" ? draft.model.virtualServers[Number(at)] : undefined
    if (server && onServer)
      return (
        <button type="button" className="font-medium underline" onClick={() => onServer(Number(at))}>
          {titleOf(server)}
        </button>
      )
    return (
      <Link href={server ? home : `${home}/directors`} className="font-medium">
        {server ? titleOf(server) : (place.nodes[Number(at)] ?? part)}
      </Link>
    )
  }
  return (
    <Banner mark="bad" isAlert>
      <ul className="grid min-w-0 flex-1 gap-0.5">
        {others.slice(0, SHOWN).map((one) => (
          <li key={`${one.path} ${one.report?.code}`}>
            {where(one.path)}: {words(one)}
          </li>
        ))}
        {others.length > SHOWN && <li>{t("moreProblems", { n: others.length - SHOWN })}</li>}
      </ul>
      {canEdit && wantingScripts(draft.model).length > 0 && (
        <Button onPress={() => edit((was) => ({ ...was, model: withScripts(was.model) }))}>{t("allowScripts")}</Button>
      )}
    </Banner>
  )
}
