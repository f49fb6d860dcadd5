import { alerts as alertsEn } from "./en/alerts"
import { api as apiEn } from "./en/api"
import { auth as authEn } from "./en/auth"
import { balancer as balancerEn } from "./en/balancer"
import { common as commonEn } from "./en/common"
import { conf as confEn } from "./en/conf"
import { demo as demoEn } from "./en/demo"
import { doctor as doctorEn } from "./en/doctor"
import { domains as domainsEn } from "./en/domains"
import { events as eventsEn } from "./en/events"
import { fencing as fencingEn } from "./en/fencing"
import { jobs as jobsEn } from "./en/jobs"
import { lost as lostEn } from "./en/lost"
import { nodes as nodesEn } from "./en/nodes"
import { overview as overviewEn } from "./en/overview"
import { plans as plansEn } from "./en/plans"
import { rehearsal as rehearsalEn } from "./en/rehearsal"
import { reports as reportsEn } from "./en/reports"
import { resources as resourcesEn } from "./en/resources"
import { services as servicesEn } from "./en/services"
import { settings as settingsEn } from "./en/settings"
import { shell as shellEn } from "./en/shell"
import { timeline as timelineEn } from "./en/timeline"
import { alerts as alertsJa } from "./ja/alerts"
import { api as apiJa } from "./ja/api"
import { auth as authJa } from "./ja/auth"
import { balancer as balancerJa } from "./ja/balancer"
import { common as commonJa } from "./ja/common"
import { conf as confJa } from "./ja/conf"
import { demo as demoJa } from "./ja/demo"
import { doctor as doctorJa } from "./ja/doctor"
import { domains as domainsJa } from "./ja/domains"
import { events as eventsJa } from "./ja/events"
import { fencing as fencingJa } from "./ja/fencing"
import { jobs as jobsJa } from "./ja/jobs"
import { lost as lostJa } from "./ja/lost"
import { nodes as nodesJa } from "./ja/nodes"
import { overview as overviewJa } from "./ja/overview"
import { plans as plansJa } from "./ja/plans"
import { rehearsal as rehearsalJa } from "./ja/rehearsal"
import { reports as reportsJa } from "./ja/reports"
import { resources as resourcesJa } from "./ja/resources"
import { services as servicesJa } from "./ja/services"
import { settings as settingsJa } from "./ja/settings"
import { shell as shellJa } from "./ja/shell"
import { timeline as timelineJa } from "./ja/timeline"

export const en = {
  alerts: alertsEn,
  api: apiEn,
  balancer: balancerEn,
  conf: confEn,
  doctor: doctorEn,
  ...{ auth: authEn, common: commonEn, demo: demoEn, domains: domainsEn, events: eventsEn, jobs: jobsEn, nodes: nodesEn },
  ...{
    fencing: fencingEn,
    lost: lostEn,
    overview: overviewEn,
    plans: plansEn,
    rehearsal: rehearsalEn,
    reports: reportsEn,
    resources: resourcesEn,
    services: servicesEn,
    settings: settingsEn,
    shell: shellEn,
    timeline: timelineEn,
  },
}
export type Messages = typeof en
const ja: Messages = {
  alerts: alertsJa,
  api: apiJa,
  balancer: balancerJa,
  conf: confJa,
  doctor: doctorJa,
  ...{ auth: authJa, common: commonJa, demo: demoJa, domains: domainsJa, events: eventsJa, jobs: jobsJa, nodes: nodesJa },
  ...{
    fencing: fencingJa,
    lost: lostJa,
    overview: overviewJa,
    plans: plansJa,
    rehearsal: rehearsalJa,
    reports: reportsJa,
    resources: resourcesJa,
    services: servicesJa,
    settings: settingsJa,
    shell: shellJa,
    timeline: timelineJa,
  },
}
export const locales = ["en", "ja"] as const
export type Locale = (typeof locales)[number]
export const messagesOf = (locale: Locale): Messages => (locale === "ja" ? ja : en)

/** The cookie's choice, else the browser's. */
export function localeOf(cookie: string | undefined, accept: string | null): Locale {
  if (cookie === "en" || cookie === "ja") return cookie
  return /^ja\b/i.test(accept ?? "") ? "ja" : "en"
}
