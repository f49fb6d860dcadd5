import { whyNotIpvs } from "../e2e/lab/can-run.mjs"
import { type IpvsLab, startIpvsLab } from "../e2e/lab/ipvs-lab"
import { enrolCluster } from "../e2e/lab/services003"
import { createPanel, type Panel, until, whyNoBuild } from "../e2e/panel/panel"
import type { BalancerLive } from "../lib/domain/balancer-view"
import { freePort } from "../lib/node/sshd.fixture"
import { many, manyRules, REALS, SERVICES } from "./balancer-many"
import { busyShare, changed, ssh, stepsText, timed } from "./balancer-steps"
import { type Bench, round } from "./figure"

const RULES_ONE_BY_ONE = 100
const RATIO_MAX = 1.2
/** From the click to the end, with all that a bare command leaves out: the plan made anew, keepalived -t, the table compared, the next boot. */
const WHOLE_MAX = 2
const CPU_MS = 15_000
const AGES = 20
type Figures = Awaited<ReturnType<Bench["run"]>>
const raw = (weight: number, services?: number) => ({
  ...{ name: "many", engine: "ipvsadm" as const, nodes: ["d1"] },
  model: many(weight, services),
})
const kept = (services?: number) => ({
  ...{ name: "kept", engine: "keepalived" as const, nodes: ["d1"] },
  model: many(1, services, true),
})
const lines = (rules: readonly string[]): string => `${rules.join("\n")}\n`

/** How old table and rates are when the panel answers: medians in ms. */
async function agesOf(look: () => Promise<BalancerLive>) {
  const seen: BalancerLive[] = []
  for (let i = 0; i < AGES; i++) {
    await new Promise((done) => setTimeout(done, 1_000 + 13 * i)) // never at the same moment of their rounds
    seen.push(await look())
  }
  const median = (of: (one: BalancerLive) => number | null) =>
    seen.map((one) => one.nowMs - (of(one) ?? Number.NaN)).toSorted((a, b) => a - b)[AGES / 2] ?? Number.NaN
  return { table: median((one) => one.observedMs), rates: median((one) => one.ratesObservedMs) }
}
async function measureRaw(lab: IpvsLab, panel: Panel, clusterId: string): Promise<Figures> {
  const idle = await busyShare(lab, CPU_MS)
  // What a director is given once: its rules are read at boot from now on.
  await changed(panel, clusterId, raw(1, 1), true)
  await ssh(lab, "ipvsadm -C")
  const bare = await timed(() => ssh(lab, "ipvsadm -R", lines(manyRules())))
  await ssh(lab, "ipvsadm -C")
  const single = await timed(() => ssh(lab, "while read -r rule; do ipvsadm $rule; done", lines(manyRules().slice(0, RULES_ONE_BY_ONE))))
  await ssh(lab, "ipvsadm -C")
  const whole = await changed(panel, clusterId, raw(1))
  const one = await changed(panel, clusterId, raw(2))
  const look = () => panel.client.balancer.live({ clusterId, name: "many", of: "tcp 10.9.0.1:80" })
  await until("its table", async () => ((await look()).virtualServers[0]?.realServers[0]?.live?.weight === 2 ? true : undefined))
  const answer = await timed(look)
  const ages = await agesOf(look)
  const watched = await busyShare(lab, CPU_MS)
  const restoreMs = whole.steps.ipvsRestore ?? Number.NaN
  const ratio = restoreMs / bare.ms
  const all = whole.applyMs / bare.ms
  const oneByOneMs = (single.ms / RULES_ONE_BY_ONE) * SERVICES * (REALS + 1)
  return [
    {
      ...{ name: "balancer raw apply", value: round(ratio), unit: "x", target: `<= ${RATIO_MAX}`, met: ratio <= RATIO_MAX },
      against: "ssh d1 ipvsadm -R with the same rules, nothing read back",
      detail:
        `${SERVICES} virtual servers × ${REALS} in an emulated machine: ssh ${round(bare.ms, 0)} ms; the panel's step ${round(restoreMs, 0)} ms, ` +
        "claimed on the node and read back from /proc/net/ip_vs",
    },
    {
      ...{ name: "balancer raw, click to end", value: round(all), unit: "x", target: `<= ${WHOLE_MAX}`, met: all <= WHOLE_MAX },
      against: "the same ssh, which plans nothing and keeps nothing for the next boot",
      detail:
        `${round(whole.applyMs, 0)} ms: the plan made anew and compared, ${stepsText(whole.steps)}; the plan before ${round(whole.planMs, 0)} ms; ` +
        `ten weights changed: plan ${round(one.planMs, 0)} ms, apply ${round(one.applyMs, 0)} ms`,
    },
    {
      ...{ name: "balancer one by one", value: round(oneByOneMs / whole.applyMs), unit: "x", target: ">= 10" },
      met: oneByOneMs / whole.applyMs >= 10,
      against: `one ipvsadm for each rule, in one ssh (${RULES_ONE_BY_ONE} measured, scaled to ${SERVICES * (REALS + 1)})`,
      detail: `${round(single.ms / RULES_ONE_BY_ONE)} ms a rule`,
    },
    {
      ...{ name: "balancer live table", value: round(ages.table, 0), unit: "ms old", target: "<= 1000", met: ages.table <= 1_000 },
      against: "the kernel's own",
      detail:
        `the table of ${SERVICES * REALS} real servers when the panel answered, median of ${AGES} looks in ${AGES} s; the answer took ${round(answer.ms, 0)} ms; ` +
        `all nodes together need ${round(watched * 100, 0)} % of one emulated processor while it is read every second and rates every three, ` +
        `${round(idle * 100, 0)} % before`,
    },
    {
      ...{ name: "balancer live rates", value: round(ages.rates, 0), unit: "ms old", target: "<= 3000", met: ages.rates <= 3_000 },
      against: "the kernel's own",
      detail: "at the same looks, median",
    },
  ]
}
const FILE = "/etc/keepalived/keepalived.conf"
const shows = (services: number) => `until [ "$(grep -c ^TCP /proc/net/ip_vs)" -eq ${services} ]; do sleep 0.2; done`
async function measureKeepalived(lab: IpvsLab, panel: Panel, clusterId: string): Promise<Figures> {
  await changed(panel, clusterId, kept(1), true)
  const whole = await changed(panel, clusterId, kept())
  const text = await lab.exec("d1", "cat", FILE)
  await ssh(lab, `cp ${FILE}.moyai-old ${FILE} && systemctl reload keepalived && ${shows(1)}`)
  const bare = await timed(() => ssh(lab, `cat >${FILE} && systemctl reload keepalived && ${shows(SERVICES)}`, text))
  const ratio = whole.applyMs / bare.ms
  return [
    {
      ...{ name: "balancer keepalived apply", value: round(ratio), unit: "x", target: `<= ${WHOLE_MAX}`, met: ratio <= WHOLE_MAX },
      against: "the same file over ssh and systemctl reload keepalived, until the kernel has every virtual server; untested, not read back",
      detail:
        `${SERVICES} virtual servers × ${REALS} with a TCP check each, ${round(text.length / 1_024, 0)} KiB: ssh ${round(bare.ms, 0)} ms; the panel ` +
        `${round(whole.applyMs, 0)} ms with keepalived -t and the table compared (${stepsText(whole.steps)}); its plan ${round(whole.planMs, 0)} ms`,
    },
  ]
}
/** Raw mode and keepalived at their size against what somebody types over ssh, and against one call for each rule. */
export const bench: Bench = {
  name: "balancer",
  run: async () => {
    const why = whyNotIpvs() ?? whyNoBuild()
    if (why) throw new Error(why)
    const lab = await startIpvsLab({ name: process.env.LAB_NAME ?? "benchipvs" })
    const panel = await createPanel({ port: await freePort() })
    try {
      await panel.start()
      const clusterId = await enrolCluster(panel, { nodes: lab.nodes.filter(({ name }) => name === "d1") }, false)
      const ofRaw = await measureRaw(lab, panel, clusterId)
      await panel.client.balancer.remove({ clusterId, name: "many" })
      await ssh(lab, "ipvsadm -C")
      // What was measured is told, whatever becomes of the rest.
      const ofKept = await measureKeepalived(lab, panel, clusterId).catch((error: unknown) => void console.error(error))
      return [...ofRaw, ...(ofKept ?? [])]
    } finally {
      await panel.end()
      await lab.down()
    }
  },
}
