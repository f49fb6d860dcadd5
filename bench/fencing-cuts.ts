import { type Daemon, defineDevice, defineHttpd } from "../e2e/lab/fenced-httpd"
import { labOf } from "../e2e/lab/lab"
import { type Primitive, pacemakerRuns, startPacemaker, stopPacemaker } from "../e2e/lab/pacemaker"
import { type Power, startPower } from "../e2e/lab/power"
import { askHttp, startProbe } from "../e2e/lab/probe"
import { enrolCluster } from "../e2e/lab/services003"
import { createPanel, until } from "../e2e/panel/panel"
import { fencingDefaults } from "../lib/domain/fencing"

/** Started by fencing.ts inside the lab's management namespace: writes the power cuts as JSON, one a line. */
export type Cut = {
  readonly by: "panel" | "pacemaker"
  /** Between the last answer before it and the first one after it. */
  readonly outageMs: number
  /** From the cut until the switch was told to switch off: silence noticed, and decided. */
  readonly toldMs: number
  /** From there until another node answered. */
  readonly servedMs: number
}

const lab = labOf()
const vip = lab.vip(0)
const names = lab.nodes.map(({ name }) => name)
const BLOCKS = 2 // each in turn, so that a machine that slows down slows both
const CUTS = Number(process.argv[2] ?? 6) / BLOCKS
const SETTLE_MS = 3_000

const apache = { configfile: "/etc/apache2/apache2.conf", statusurl: "http://127.0.0.1/server-status" }
const daemon: Daemon = { class: "ocf", provider: "heartbeat", agent: "apache", params: apache }
const primitives: readonly Primitive[] = [
  { id: "ip", kind: 'class="ocf" provider="heartbeat" type="IPaddr2"', params: { ip: vip, cidr_netmask: "24" } },
  { id: "daemon", kind: 'class="ocf" provider="heartbeat" type="apache"', params: apache },
]

/** The node that serves loses its power, by hand; whoever watches does the rest. `healed` resolves when all is as before. */
async function measure(by: Cut["by"], power: Power, healed: (node: string) => Promise<void>) {
  let servedBy = await until("it serves", () => askHttp(vip))
  let sinceMs = 0
  const probe = startProbe(async () => {
    const node = await askHttp(vip)
    if (node !== servedBy) sinceMs = Date.now()
    servedBy = node
  })
  for (let i = 0; i < CUTS; i++) {
    // Between two heartbeats, wherever that falls.
    await new Promise((r) => setTimeout(r, SETTLE_MS + Math.random() * 1_000))
    const node = servedBy
    const told = power.log().length
    probe.take()
    const cutMs = Date.now()
    await power.cut(node)
    await until("another serves", async () => (servedBy === node ? undefined : true))
    const off = power
      .log()
      .slice(told)
      .find(({ op, plug }) => op === "off" && plug === node)
    if (!off) throw new Error(`${node} was taken over and never switched off`)
    const outageMs = probe.take().reduce((sum, { ms }) => sum + ms, 0)
    console.log(JSON.stringify({ by, outageMs, toldMs: off.atMs - cutMs, servedMs: sinceMs - off.atMs } satisfies Cut))
    await power.restore(node)
    await healed(node)
  }
  probe.end()
}

async function byPanel(power: Power) {
  const panel = await createPanel({ port: 3697 })
  try {
    await panel.start()
    const { client } = panel
    const clusterId = await enrolCluster(panel, lab)
    await client.fence.saveSettings({ clusterId, settings: { ...fencingDefaults, afterFencing: "off" } })
    await defineHttpd(panel, lab, clusterId, daemon)
    await defineDevice(panel, clusterId, { name: "switch", agent: power.agentPath, paramsOf: power.paramsOf }, names)
    await measure("panel", power, async () => {
      await until("all online", async () =>
        (await client.overview.get({ clusterId })).nodes.every(({ state }) => state === "online") ? true : undefined,
      )
    })
    const { id } = await until("a plan", () => client.plan.make({ clusterId, service: "httpd", action: "disable" }))
    const { jobId } = await client.plan.apply({ planId: id, why: "bench" })
    await until("its end", async () => ((await client.job.get({ id: jobId })).state === "succeeded" ? true : undefined))
  } finally {
    await panel.end()
  }
}
async function byPacemaker(power: Power) {
  const { ip = "", password = "" } = power.paramsOf("")
  for (const name of names) await power.install(name)
  await startPacemaker(lab, "httpd", primitives, { agent: "fence_lab", params: { ip, password } })
  try {
    await measure("pacemaker", power, async (node) => {
      await lab.exec(node, "systemctl", "start", "corosync", "pacemaker")
      await pacemakerRuns(lab, primitives.length + 1)
    })
  } finally {
    await stopPacemaker(lab)
  }
}

const power = await startPower(lab)
for (let block = 0; block < BLOCKS; block++) {
  await byPanel(power)
  await byPacemaker(power)
}
await power.end()
process.exit()
