import { type OverviewView, type ServiceAction, serviceActions } from "@/lib/domain/views"
import { balancer as balancerEn } from "@/lib/i18n/en/balancer"
import { common as commonEn } from "@/lib/i18n/en/common"
import { conf as confEn } from "@/lib/i18n/en/conf"
import { overview as overviewEn } from "@/lib/i18n/en/overview"
import { plans as plansEn } from "@/lib/i18n/en/plans"
import { shell as shellEn } from "@/lib/i18n/en/shell"
import { balancer as balancerJa } from "@/lib/i18n/ja/balancer"
import { common as commonJa } from "@/lib/i18n/ja/common"
import { conf as confJa } from "@/lib/i18n/ja/conf"
import { overview as overviewJa } from "@/lib/i18n/ja/overview"
import { plans as plansJa } from "@/lib/i18n/ja/plans"
import { shell as shellJa } from "@/lib/i18n/ja/shell"
import type { Command } from "./find"

/** What a plan dialog is opened with. */
export type Asked =
  | { readonly kind: "service"; readonly service: string; readonly action: ServiceAction; readonly target?: string }
  | { readonly kind: "node"; readonly node: string; readonly action: "maintain" | "return" }
  | { readonly kind: "lock"; readonly action: "lock" | "unlock" }
export type Doing = {
  readonly clusterId: string
  readonly locale: string
  readonly go: (href: string) => void
  readonly ask: (asked: Asked) => void
}

const en = { balancer: balancerEn, common: commonEn, conf: confEn, overview: overviewEn, plans: plansEn, shell: shellEn }
const ja: typeof en = { balancer: balancerJa, common: commonJa, conf: confJa, overview: overviewJa, plans: plansJa, shell: shellJa }
type Catalogue = typeof en
/** For plain messages, tens of thousands at once. */
const fill = (message: string, params: Readonly<Record<string, string>>): string =>
  message.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole)
/** The language of the screen first; the other one is found as well. */
const inBoth = (locale: string, say: (words: Catalogue) => string): readonly string[] => (locale === "ja" ? [ja, en] : [en, ja]).map(say)

const places = ["overview", "services", "balancers", "nodes", "fencing", "domains", "timeline", "activity", "alerts", "settings"] as const
export function pageCommands({ clusterId, locale, go }: Doing): readonly Command[] {
  const home = `/c/${clusterId}`
  const hrefOf = (place: (typeof places)[number]) => (place === "settings" ? "/settings" : place === "overview" ? home : `${home}/${place}`)
  const page = (id: string, words: readonly string[], href: string): Command => ({ id: `page ${id}`, words, run: () => go(href) })
  return [
    ...places.map((place) => page(place, [...inBoth(locale, (m) => m.shell[place]), place], hrefOf(place))),
    page(
      "addService",
      inBoth(locale, (m) => m.overview.addService),
      `${home}/services/new`,
    ),
    page(
      "addNode",
      inBoth(locale, (m) => m.overview.addNode),
      `${home}/nodes/add`,
    ),
    page(
      "addBalancer",
      inBoth(locale, (m) => m.balancer.add),
      `${home}/balancers/new`,
    ),
    page(
      "adoptBalancer",
      inBoth(locale, (m) => m.balancer.adopting.title),
      `${home}/balancers/adopt`,
    ),
    page(
      "conf",
      inBoth(locale, (m) => `${m.conf.title}: ${m.conf.link}`),
      `${home}/import`,
    ),
  ]
}
export function serviceCommands({ clusterId, locale, go, ask }: Doing, view: OverviewView): readonly Command[] {
  return view.services.flatMap(({ name, cells }): readonly Command[] => {
    const titles = (action: ServiceAction) => inBoth(locale, (m) => fill(m.plans.titles[action], { service: name }))
    return [
      { id: `service ${name}`, words: [name], run: () => go(`/c/${clusterId}/services/${encodeURIComponent(name)}`) },
      ...serviceActions.map((action) => ({
        id: `${action} ${name}`,
        words: [...titles(action), ...inBoth(locale, (m) => m.common.actions[action]), action],
        run: () => ask({ kind: "service", service: name, action }),
      })),
      ...cells.flatMap((cell): readonly Command[] => {
        if (cell.kind !== "can") return []
        const { action, node } = cell
        const words = inBoth(locale, (m) => fill(m.shell.toNode, { what: fill(m.plans.titles[action], { service: name }), node }))
        const run = () => ask({ kind: "service", service: name, action, target: node })
        return [{ id: `${action} ${name} ${node}`, words: [...words, ...inBoth(locale, (m) => m.common.actions[action]), action], run }]
      }),
    ]
  })
}
export function nodeCommands({ clusterId, locale, go, ask }: Doing, view: OverviewView): readonly Command[] {
  return view.nodes.flatMap(({ name, isMember, isInMaintenance }): readonly Command[] => {
    const action = isInMaintenance ? "return" : "maintain"
    const words = [
      ...inBoth(locale, (m) => fill(m.plans.titles[action], { node: name })),
      ...inBoth(locale, (m) => m.common.actions[action]),
    ]
    return [
      { id: `node ${name}`, words: [name], run: () => go(`/c/${clusterId}/nodes/${encodeURIComponent(name)}`) },
      ...(isMember ? [{ id: `${action} ${name}`, words, run: () => ask({ kind: "node", node: name, action }) }] : []),
    ]
  })
}
export function clusterCommands({ locale, ask }: Doing, view: OverviewView): readonly Command[] {
  const action = view.isLocked ? "unlock" : "lock"
  return [{ id: action, words: inBoth(locale, (m) => m.plans.titles[action]), run: () => ask({ kind: "lock", action }) }]
}
/** Everything that can be found or done in one cluster: whoever has more to offer adds a list of commands here. */
export const commandsOf = (doing: Doing, view: OverviewView | undefined): readonly Command[] => [
  ...(view ? [...serviceCommands(doing, view), ...nodeCommands(doing, view), ...clusterCommands(doing, view)] : []),
  ...pageCommands(doing),
]
