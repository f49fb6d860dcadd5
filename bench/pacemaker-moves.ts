import { labOf } from "../e2e/lab/lab"
import { type Primitive, startPacemaker, stopPacemaker } from "../e2e/lab/pacemaker"
import { askHttp, startProbe } from "../e2e/lab/probe"
import { enrolCluster } from "../e2e/lab/services003"
import { createPanel, type Panel, until } from "../e2e/panel/panel"

/** Started by pacemaker.ts inside the lab's management namespace: writes the moves as JSON, one a line. */
export type Move = {
  readonly by: "panel" | "pacemaker"
  readonly daemon: "ocf" | "systemd"
  /** Between the last answer before it and the first one after it. */
  readonly outageMs: number
  /** From the order until the panel's job, or crm_resource --wait, was done. */
  readonly doneMs: number
  /** From the order until the new node answered. */
  readonly servedMs: number
}

const lab = labOf()
const vip = lab.vip(0)
const names = lab.nodes.map(({ name }) => name)
const [first = "h1"] = names
const BLOCKS = 2 // each in turn, so that a machine that slows down slows both
const MOVES = Number(process.argv[2] ?? 10) / BLOCKS
const SETTLE_MS = 1_500

const ip = { ip: vip, cidr_netmask: "24" }
const apache = { configfile: "/etc/apache2/apache2.conf", statusurl: "http://127.0.0.1/server-status" }
const daemons = {
  ocf: {
    inPanel: { class: "ocf", provider: "heartbeat", agent: "apache", params: apache },
    inPacemaker: { id: "daemon", kind: 'class="ocf" provider="heartbeat" type="apache"', params: apache },
  },
  systemd: {
    inPanel: { class: "systemd", unit: "apache2.service" },
    inPacemaker: { id: "daemon", kind: 'class="systemd" type="apache2"', params: {} },
  },
} as const
type Daemon = keyof typeof daemons

/** The same ten lines of measuring for both: `move` resolves when its tool says that it is done. */
async function measure(by: Move["by"], daemon: Daemon, move: (target: string) => Promise<void>, after: () => Promise<void>) {
  let servedBy = await until("it serves", () => askHttp(vip))
  let sinceMs = 0
  const probe = startProbe(async () => {
    const node = await askHttp(vip)
    if (node !== servedBy) sinceMs = Date.now()
    servedBy = node
  })
  for (let i = 0; i < MOVES; i++) {
    const target = names[(names.indexOf(servedBy) + 1) % names.length] ?? first
    await new Promise((r) => setTimeout(r, SETTLE_MS))
    probe.take()
    const fromMs = Date.now()
    await move(target)
    const doneMs = Date.now() - fromMs
    await until(`${target} serves`, async () => (servedBy === target ? true : undefined))
    const outageMs = probe.take().reduce((sum, { ms }) => sum + ms, 0)
    console.log(JSON.stringify({ by, daemon, outageMs, doneMs, servedMs: sinceMs - fromMs } satisfies Move))
    await after()
  }
  probe.end()
}

async function planned({ client }: Panel, make: () => Promise<{ readonly id: string }>): Promise<void> {
  const { id } = await until("a plan", make)
  const { jobId } = await client.plan.apply({ planId: id, why: "bench" })
  await until("the job", async () => ((await client.job.get({ id: jobId })).state === "succeeded" ? true : undefined))
}
async function byPanel(daemon: Daemon) {
  const panel = await createPanel({ port: 3697 })
  try {
    await panel.start()
    const { client } = panel
    const clusterId = await enrolCluster(panel, lab)
    const members = names.map((node, i) => ({ node, priority: i + 1 }))
    const domain = { name: "web", ordered: true, restricted: false, nofailback: true, members }
    await client.domain.save({ clusterId, was: null, domain })
    const resources = [
      { name: "ip", driver: "ocf", params: { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: ip } },
      { name: "daemon", driver: "ocf", params: daemons[daemon].inPanel },
    ]
    await client.service.save({
      clusterId,
      was: null,
      service: { name: "httpd", domain: "web", isExclusive: false, autostart: true, resources },
    })
    const act = (action: "relocate" | "disable", target?: string) =>
      planned(panel, () => client.plan.make({ clusterId, service: "httpd", action, ...(target === undefined ? {} : { target }) }))
    await measure(
      "panel",
      daemon,
      (target) => act("relocate", target),
      async () => undefined,
    )
    await act("disable")
  } finally {
    await panel.end()
  }
}
async function byPacemaker(daemon: Daemon) {
  const primitives: readonly Primitive[] = [
    { id: "ip", kind: 'class="ocf" provider="heartbeat" type="IPaddr2"', params: ip },
    daemons[daemon].inPacemaker,
  ]
  const crm = (...argv: readonly string[]) => lab.exec(first, "crm_resource", ...argv)
  const move = async (target: string) => {
    await crm("--move", "--resource", "httpd", "--node", target)
    await crm("--wait")
  }
  await startPacemaker(lab, "httpd", primitives)
  try {
    await measure("pacemaker", daemon, move, async () => {
      await crm("--clear", "--resource", "httpd")
      await crm("--wait")
    })
  } finally {
    await stopPacemaker(lab)
  }
}

for (const daemon of ["ocf", "systemd"] as const)
  for (let block = 0; block < BLOCKS; block++) {
    await byPanel(daemon)
    await byPacemaker(daemon)
  }
process.exit()
