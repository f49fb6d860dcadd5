import { type Covered, coverageOf } from "../../agents/cluster-conf/coverage"
import type { ClusterConf } from "../../agents/cluster-conf/model"
import { parseClusterConf } from "../../agents/cluster-conf/parse"
import { checkCluster } from "./check-cluster"
import { checkDomains } from "./check-domains"
import { checkFence } from "./check-fence"
import { checkFenceUse } from "./check-fence-use"
import { checkResources } from "./check-resources"
import { checkServices } from "./check-services"
import { error, type Finding, warning } from "./finding"
import type { Result, Unreadable } from "./result"

/** The JSON of `moyai services check`; with an error among the findings the command ends with 1. */
export type Checked = { readonly findings: readonly Finding[] }

/** Outside the resources, which have words of their own. */
function strangeText({ path, line }: Covered): readonly Finding[] {
  const [, parent = "", word = ""] = /^(.*)\/([^/]+)$/.exec(path) ?? []
  if (word === "#text") return [warning({ line }, "textStray", `There is text inside <${parent.split("/").at(-1)}>, where none belongs.`)]
  if (word.startsWith("?")) return []
  const what = word.startsWith("@") ? `${word.slice(1)} of <${parent.split("/").at(-1)}>` : `<${word}>`
  const code = word.startsWith("@") ? "attributeUnknown" : "elementUnknown"
  return [warning({ line }, code, `${what} is unknown: is it misspelt, or in the wrong place?`)]
}
function checkWords(conf: ClusterConf): readonly Finding[] {
  const strange = coverageOf(conf).filter(({ reading }) => reading === "notUnderstood")
  const elements = new Set(strange.filter(({ path }) => !/[@#?]/.test(path)).map(({ path }) => path))
  const isInside = ({ path }: Covered) => elements.has(path.slice(0, path.lastIndexOf("/")))
  const isResource = ({ path }: Covered) =>
    /^cluster\/rm\/(?:resources|resource-defaults|service|vm)\//.test(path) && !path.endsWith("#text")
  return strange.filter((covered) => !isInside(covered) && !isResource(covered)).flatMap(strangeText)
}
const checks = [checkCluster, checkFence, checkFenceUse, checkDomains, checkServices, checkResources, checkWords]
const ranks = ["error", "warning", "info"]

/** A file that cannot be read is one finding. */
export const unread = (why: Unreadable): Result<Checked> => ({ ok: true, value: { findings: [error(why, why.code, why.text)] } })

/** Everything that is wrong or risky, by line. */
export function check(text: string): Result<Checked> {
  const conf = parseClusterConf(text)
  if (!conf.ok) return unread(conf.error)
  const findings = checks
    .flatMap((one) => one(conf.value))
    .toSorted((a, b) => a.line - b.line || ranks.indexOf(a.severity) - ranks.indexOf(b.severity))
  return { ok: true, value: { findings } }
}
