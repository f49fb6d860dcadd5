import { spawn } from "node:child_process"
import { whyNotIpvs } from "../e2e/lab/can-run.mjs"
import { type IpvsLab, startIpvsLab } from "../e2e/lab/ipvs-lab"
import { enrolCluster } from "../e2e/lab/services003"
import { createPanel, type Panel, until, whyNoBuild } from "../e2e/panel/panel"
import { balancerSchema } from "../lib/domain/balancer"
import type { BalancerInput } from "../lib/domain/balancer-definition"
import { type Bench, round } from "./figure"

const SERVICES = 1_000
const REALS = 10
const RULES_ONE_BY_ONE = 100
const RATIO_MAX = 1.2
const PATIENCE_MS = 600_000

const addressOf = (n: number): string => `10.9.${Math.floor(n / 250)}.${(n % 250) + 1}`
const servers = (weight: number) =>
  Array.from({ length: SERVICES }, (_, n) => ({
    service: { kind: "address", address: addressOf(n), port: 80, protocol: "tcp" },
    ...{ scheduler: "wrr", forwarding: { method: "nat" } },
    realServers: Array.from({ length: REALS }, (__, r) => ({
      address: `10.77.9.${r + 1}`,
      port: 8_000 + (n % 100),
      weight: n === 0 ? weight : 1,
    })),
  }))
/** The same rules as somebody would keep them in a file. */
const rules = (): string =>
  servers(1)
    .flatMap(({ service: { address, port }, realServers }) => [
      `-A -t ${address}:${port} -s wrr`,
      ...realServers.map((real) => `-a -t ${address}:${port} -r ${real.address}:${real.port} -m -w 1`),
    ])
    .map((line) => `${line}\n`)
    .join("")

async function timed<T>(act: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const fromMs = performance.now()
  const value = await act()
  return { ms: performance.now() - fromMs, value }
}
/** A plain ssh, with its input; a connection of its own, as somebody types it. */
function ssh({ nodes, controlKeyFile }: IpvsLab, command: string, input: string): Promise<void> {
  const [d1] = nodes
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"].flatMap((one) => [
    "-o",
    one,
  ])
  const login = ["-F", "/dev/null", "-i", controlKeyFile, ...options, "-p", String(d1?.port), `root@${d1?.host}`, command]
  return new Promise((resolve, reject) => {
    const child = spawn("ssh", login, { stdio: ["pipe", "ignore", "inherit"] })
    child.once("error", reject)
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`ssh ended with ${code}`))))
    child.stdin.end(input)
  })
}
async function applied({ client }: Panel, planId: string): Promise<void> {
  const { jobId } = await client.plan.apply({ planId, why: "bench" })
  const job = await until(
    `job ${jobId}`,
    async () => {
      const now = await client.job.get({ id: jobId })
      return now.state === "queued" || now.state === "running" ? undefined : now
    },
    PATIENCE_MS,
  )
  if (job.state !== "succeeded") throw new Error(`the job is ${job.state}: ${JSON.stringify(job.waitingFor)}`)
}
type Figures = Awaited<ReturnType<Bench["run"]>>
async function measure(lab: IpvsLab, panel: Panel): Promise<Figures> {
  const clusterId = await enrolCluster(panel, lab, false)
  const input = (weight: number): BalancerInput => ({
    ...{ name: "many", engine: "ipvsadm", nodes: ["d1"] },
    model: balancerSchema.parse({ virtualServers: servers(weight) }),
  })
  const bare = await timed(() => ssh(lab, "ipvsadm -R", rules()))
  await ssh(lab, "ipvsadm -C", "")
  const few = rules().split("\n").slice(0, RULES_ONE_BY_ONE)
  const single = await timed(() => ssh(lab, "while read -r rule; do ipvsadm $rule; done", `${few.join("\n")}\n`))
  await ssh(lab, "ipvsadm -C", "")
  const planned = await timed(() => panel.client.plan.balancer({ clusterId, balancer: input(1), was: null }))
  const whole = await timed(() => applied(panel, planned.value.id))
  const changed = await timed(() => panel.client.plan.balancer({ clusterId, balancer: input(2), was: "many" }))
  const one = await timed(() => applied(panel, changed.value.id))
  const live = await timed(() =>
    until("its table", async () => {
      const now = await panel.client.balancer.live({ clusterId, name: "many" })
      return now.virtualServers[0]?.realServers[0]?.live?.weight === 2 ? now : undefined
    }),
  )
  const age = live.value.observedMs === null ? Number.NaN : live.value.nowMs - live.value.observedMs
  const answer = await timed(() => panel.client.balancer.live({ clusterId, name: "many" }))
  const ratio = whole.ms / bare.ms
  const oneByOneMs = (single.ms / RULES_ONE_BY_ONE) * SERVICES * (REALS + 1)
  return [
    {
      ...{ name: "balancer raw apply", value: round(ratio), unit: "x", target: `<= ${RATIO_MAX}`, met: ratio <= RATIO_MAX },
      against: "ssh d1 ipvsadm -R with the same rules, nothing read back",
      detail:
        `${SERVICES} virtual servers × ${REALS} in an emulated machine: ssh ${round(bare.ms, 0)} ms; the panel ${round(whole.ms, 0)} ms from the click to the ` +
        `end, with the table read back and the rules kept for the next boot; its plan ${round(planned.ms, 0)} ms; ten weights changed: plan ` +
        `${round(changed.ms, 0)} ms, apply ${round(one.ms, 0)} ms`,
    },
    {
      ...{ name: "balancer one by one", value: round(oneByOneMs / whole.ms), unit: "x", target: ">= 10", met: oneByOneMs / whole.ms >= 10 },
      against: `one ipvsadm for each rule, in one ssh (${RULES_ONE_BY_ONE} measured, scaled to ${SERVICES * (REALS + 1)})`,
      detail: `${round(single.ms / RULES_ONE_BY_ONE)} ms a rule`,
    },
    {
      ...{ name: "balancer live table", value: round(age, 0), unit: "ms old", target: "<= 1000", met: age <= 1_000 },
      against: "the kernel's own",
      detail: `the table of ${SERVICES * REALS} real servers when the panel answered; the answer took ${round(answer.ms, 0)} ms`,
    },
  ]
}
/** Raw mode: the panel's one `ipvsadm -R` with its read-back against a bare one, and against one call for each rule. */
export const bench: Bench = {
  name: "balancer",
  run: async () => {
    const why = whyNotIpvs() ?? whyNoBuild()
    if (why) throw new Error(why)
    const lab = await startIpvsLab({ name: "benchipvs" })
    const panel = await createPanel({ port: 3697 })
    try {
      await panel.start()
      return await measure(lab, panel)
    } finally {
      await panel.end()
      await lab.down()
    }
  },
}
