import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "@/lib/domain/balancer"
import type { BalancerInput } from "@/lib/domain/balancer-definition"
import { createPanel, type Panel, until, whyNoBuild } from "../panel/panel"
import { whyNotDriven } from "./can-run.mjs"
import { type Client, clientOf, LONG, WHOLE } from "./ipvs-client"
import { type IpvsLab, type IpvsNodeName, startIpvsLab } from "./ipvs-lab"
import { enrolCluster } from "./services003"

/** Virtual servers through the panel on machines whose kernel has IPVS: what clients get, what the kernel has, who has the address. */
const why = whyNotDriven()
const directors = ["d1", "d2"] as const
const servers = ["r1", "r2", "r3"] as const
type Server = (typeof servers)[number]
/** The machine is emulated: `systemctl enable` alone takes 10 s there. */
const JOB_MS = 360_000

describe.skipIf(why !== undefined)(
  why === undefined ? "virtual servers" : `virtual servers (skipped: ${why})`,
  { timeout: 900_000 },
  () => {
    let lab: IpvsLab
    let panel: Panel
    let clusterId = ""
    let vip = ""
    let client: Client
    const addressOf = (name: IpvsNodeName) => lab.nodes.find((node) => node.name === name)?.address ?? ""

    beforeAll(async () => {
      const noBuild = whyNoBuild()
      if (noBuild) throw new Error(noBuild)
      lab = await startIpvsLab({ name: "balipvs" })
      vip = lab.vip(0)
      client = clientOf(lab, vip)
      panel = await createPanel({ port: 3695 })
      await panel.start()
      clusterId = await enrolCluster(panel, lab, false)
      // 20 s and 60 s of a connection, as slowly as they are asked for below; the long one is longer than any buffer on its way.
      const big = `head -c 400000 /dev/zero >/var/www/html/big; head -c ${LONG} /dev/zero >/var/www/html/long; systemctl start apache2`
      await Promise.all(servers.map((name) => lab.exec(name, "sh", "-c", big)))
    }, 600_000)
    afterAll(async () => {
      await panel?.end()
      await lab?.down()
    }, 120_000)

    const instance = (priority: number) => ({
      ...{ name: "web", state: "BACKUP", interface: "eth0", routerId: 51, priority, nopreempt: true, advertInterval: 1 },
      authentication: { type: "PASS", password: "lab pass".replace(" ", "-") },
      trackInterfaces: [{ name: "eth1" }],
      addresses: [{ address: vip, prefix: 24 }],
    })
    const tcp = { kind: "tcp", connectTimeout: 2, retry: 1, delayBeforeRetry: 1 }
    /** Document 003: round robin, direct routing. */
    const document003 = (over: object = {}, weight: (server: Server) => number = () => 1): Balancer =>
      balancerSchema.parse({
        directors: [
          { global: { syncDaemon: { interface: "eth0", instance: "web", id: 51 } }, instances: [instance(150)] },
          { global: { syncDaemon: { interface: "eth0", instance: "web", id: 51 } }, instances: [instance(100)] },
        ],
        virtualServers: [
          {
            ...{ service: { kind: "address", address: vip, port: 80, protocol: "tcp" }, scheduler: "rr", forwarding: { method: "direct" } },
            delayLoop: 1,
            realServers: servers.map((name) => ({ address: addressOf(name), port: 80, weight: weight(name), checks: [tcp] })),
            ...over,
          },
        ],
      })
    const input = (model: Balancer): BalancerInput => ({ name: "web", engine: "keepalived", nodes: [...directors], model })
    const get = () => panel.client.balancer.get({ clusterId, name: "web" })
    const live = () => panel.client.balancer.live({ clusterId, name: "web" })
    /** Where a node was slow to say what it has, the plan is made anew, as the screen does. */
    async function submit(planId: string, tries = 3): Promise<string> {
      try {
        return (await panel.client.plan.apply({ planId, why: "lab" })).jobId
      } catch (error) {
        const { plan } = (error instanceof Error && "data" in error ? error.data : {}) as { readonly plan?: { readonly id: string } }
        if (!plan || tries === 0) throw error
        return submit(plan.id, tries - 1)
      }
    }
    /** Carried out to its end; rejects with the step that failed. */
    async function apply(planId: string) {
      const jobId = await submit(planId)
      const ended = ["succeeded", "failed", "waiting"]
      const look = () => panel.client.job.get({ id: jobId })
      const job = await until(`job ${jobId}`, async () => (ended.includes((await look()).state) ? look() : undefined), JOB_MS)
      const steps = job.steps.map((s) => `${s.node} ${s.sentence.code} ${s.state} ${s.output}`).join("\n")
      if (job.state !== "succeeded") throw new Error(`${JSON.stringify(job.waitingFor)}\n${steps}`)
      return job
    }
    const activeIs = (node: string) =>
      until(`${node} is active`, async () =>
        (await live()).directors.find(({ role }) => role === "active")?.node === node ? true : undefined,
      )
    const serving = (n: number) =>
      until(`${n} serve`, async () => {
        const [server] = (await live()).virtualServers
        return server?.realServers.filter(({ state }) => state === "serving").length === n ? server : undefined
      })
    /** Who answered each of n requests, "" where nobody did; one connection each. */
    const ask = async (n: number, host = vip): Promise<readonly string[]> =>
      (await lab.client("sh", "-c", `for i in $(seq ${n}); do curl -s -m 5 http://${host}/ || echo; done`)).trimEnd().split("\n")
    const count = (answers: readonly string[], name: string) => answers.filter((one) => one === name).length

    test("document 003's: real servers are prepared, both directors configured, nine requests go three to each, who see the client", async () => {
      const plan = await panel.client.plan.balancer({ clusterId, balancer: input(document003()), was: null })
      expect(plan.steps.map(({ node, sentence }) => `${node} ${sentence.code}`)).toEqual([
        ...servers.flatMap((name) => [`${name} realServerQuiet`, `${name} realServerHold`]),
        ...directors.flatMap((name) => [
          ...(plan.steps.some((s) => s.sentence.code === "keepalivedEnable") ? [`${name} keepalivedEnable`] : []),
          `${name} keepalivedConfigure`,
          `${name} keepalivedLoad`,
        ]),
      ])
      const job = await apply(plan.id)
      await activeIs("d1").catch(() => activeIs("d2"))
      await serving(3)
      const answers = await ask(9)
      for (const name of servers) expect(count(answers, name)).toBe(3)
      expect(await lab.client("curl", "-si", "-m", "5", `http://${vip}/`)).toContain("Client: 10.77.0.10")
      const { directors: seen } = await get()
      expect(seen.map(({ drift }) => drift)).toEqual([[], []])
      console.log(`document 003: ${job.steps.length} steps in ${(job.endedMs ?? 0) - (job.startedMs ?? 0)} ms`)
    })
    test("a server that is stopped is out of the table and back, and no request fails once it is out", async () => {
      await lab.exec("r2", "systemctl", "stop", "apache2")
      const without = await serving(2)
      expect(without.realServers.map(({ state }) => state)).toEqual(["serving", "out", "serving"])
      expect(count(await ask(8), "")).toBe(0)
      await lab.exec("r2", "systemctl", "start", "apache2")
      await serving(3)
      expect(new Set(await ask(9))).toEqual(new Set(servers))
    })
    test("a drained server finishes what it has: no request fails under load, a long one ends, and it gets no new ones", async () => {
      const long = lab.client(
        "curl",
        "-s",
        "-m",
        "60",
        "--limit-rate",
        "20k",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code} %{size_download}",
        `http://${vip}/big`,
      )
      const load = ask(300)
      const plan = await panel.client.plan.drain({
        clusterId,
        drain: "web",
        action: "drain",
        reals: [{ server: `tcp ${vip}:80`, real: `${addressOf("r1")}:80` }],
      })
      await apply(plan.id)
      await until("r1 drains", async () =>
        /^drain/.test((await live()).virtualServers[0]?.realServers[0]?.state ?? "") ? true : undefined,
      )
      const after = await ask(12)
      expect([count(after, "r1"), count(after, "")]).toEqual([0, 0])
      expect(count(await load, "")).toBe(0)
      expect(await long).toMatch(/^200 \d+$/)
      const back = await panel.client.plan.drain({
        clusterId,
        drain: "web",
        action: "return",
        reals: [{ server: `tcp ${vip}:80`, real: `${addressOf("r1")}:80` }],
      })
      await apply(back.id)
      await serving(3)
      expect(new Set(await ask(9))).toEqual(new Set(servers))
    })
    test("the doctor sees ARP answered by two, and the address of document 003 that is not the service's; its plans heal both", async () => {
      const codes = async () =>
        (await panel.client.balancer.doctor({ clusterId, name: "web" })).findings.map(({ code, params }) => `${code} ${params.node ?? ""}`)
      const told = (code: string) =>
        until(code, async () => ((await codes()).some((one) => one.startsWith(code)) ? true : undefined), JOB_MS)
      const healed = (code: string) =>
        until(`no ${code}`, async () => ((await codes()).some((one) => one.startsWith(code)) ? undefined : true), JOB_MS)
      const fix = async (node: string) =>
        apply((await panel.client.plan.doctorFix({ clusterId, balancer: "web", fix: { kind: "prepare", node, method: "loopback" } })).id)
      await lab.exec("r1", "sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=0", "net.ipv4.conf.all.arp_announce=0")
      await told("arpTwo")
      await fix("r1")
      await healed("arpTwo")
      await lab.exec("r2", "sh", "-c", `ip address del ${vip}/32 dev lo; ip address add 192.168.1.100/32 dev lo`)
      await told("loIsNotVip r2")
      await fix("r2")
      expect(await lab.exec("r2", "ip", "-o", "addr", "show", "lo")).toContain(`${vip}/32`)
      await lab.exec("r2", "ip", "address", "del", "192.168.1.100/32", "dev", "lo")
      await healed("loIsNotVip")
      expect(new Set(await ask(9))).toEqual(new Set(servers))
    })
    test("planned hand-overs: no request begins again, who asks waits for less than a second, and an open connection goes on", async () => {
      const long = client.download()
      await until("it is known to both", long.isCopied)
      const idle = await client.asking()
      await ask(9)
      const { longestMs: idleMs } = await idle.end()
      const told: { readonly waitedMs: number; readonly resent: number }[] = []
      for (let i = 0; i < 3; i++) {
        const before = await live()
        const from = before.from
        const to = before.directors.find(({ role }) => role === "standby")?.node ?? ""
        const { end } = await client.asking()
        const job = await apply((await panel.client.plan.handOver({ clusterId, handOver: "web", to })).id)
        await activeIs(to)
        const { n, failed, resent, longestMs, gapMs } = await end()
        console.log(
          `hand-over ${from} → ${to}: of ${n} requests ${failed} failed, ${resent} began again, the longest took ${longestMs} ms (${idleMs} before), ${gapMs} ms between two answers; the job ${(job.endedMs ?? 0) - (job.startedMs ?? 0)} ms`,
        )
        // At that very moment one may be at work that the standby has not heard of.
        expect(failed).toBeLessThan(2)
        told.push({ waitedMs: Math.max(longestMs, gapMs), resent })
        expect((await live()).directors.map(({ role }) => role).toSorted()).toEqual(["active", "standby"])
      }
      // Where a first packet finds nobody, it is sent again after a second. What the machine is slow by itself is not the hand-over's.
      expect(told.toSorted((a, b) => a.resent - b.resent)[1]?.resent).toBe(0)
      expect(told.map(({ waitedMs }) => waitedMs).toSorted((a, b) => a - b)[1]).toBeLessThan(1_000 + idleMs)
      expect(await long.end).toBe(WHOLE)
      expect(new Set(await ask(9))).toEqual(new Set(servers))
    })
    test("a hand-over to a standby in FAULT: the plan says so, and the active one serves all the while", async () => {
      const { from, directors: before } = await live()
      const standby = before.find(({ role }) => role === "standby")?.node === "d1" ? "d1" : "d2"
      const file = () => lab.exec(standby, "sha256sum", "/etc/keepalived/keepalived.conf")
      const was = await file()
      await lab.exec(standby, "ip", "link", "set", "eth1", "down")
      try {
        const planned = () => panel.client.plan.handOver({ clusterId, handOver: "web", to: standby })
        const plan = await until("the plan knows", async () => {
          const made = await planned()
          return made.notes.some(({ code }) => code === "lbStandbyFault") ? made : undefined
        })
        const { end } = await client.asking()
        const jobId = await submit(plan.id)
        await until(
          "it is put back",
          async () => ((await panel.client.job.get({ id: `${jobId}.f` }).catch(() => null))?.state === "succeeded" ? true : undefined),
          JOB_MS,
        )
        expect((await end()).failed).toBe(0)
        expect([(await live()).from, await file()]).toEqual([from, was])
      } finally {
        await lab.exec(standby, "ip", "link", "set", "eth1", "up")
      }
    })
    test("somebody's ipvsadm beside keepalived is found, and put right by the doctor's plan without a restart", async () => {
      const { from } = await live()
      const [active, standby] = from === "d1" ? (["d1", "d2"] as const) : (["d2", "d1"] as const)
      const processes = () => Promise.all(directors.map((node) => lab.exec(node, "systemctl", "show", "-p", "MainPID", "keepalived")))
      const before = await processes()
      await lab.exec(active, "ipvsadm", "-C")
      await lab.exec(standby, "ipvsadm", "-e", "-t", `${vip}:80`, "-r", `${addressOf("r2")}:80`, "-g", "-w", "7")
      const told = async () => {
        const { findings } = await panel.client.balancer.doctor({ clusterId, name: "web" })
        return findings.map(({ code, params }) => `${params.node ?? ""} ${code}`)
      }
      const wrong = [`${active} serviceMissing`, `${standby} tableDiffers`]
      await until("both are found", async () => {
        const codes = await told()
        return wrong.every((one) => codes.includes(one)) ? true : undefined
      })
      const plan = await panel.client.plan.doctorFix({ clusterId, balancer: "web", fix: { kind: "apply" } })
      expect(plan.notes.filter(({ code }) => code === "lbTableBeside")).toHaveLength(2)
      await apply(plan.id)
      await serving(3)
      await until("nothing is wrong", async () => ((await told()).some((one) => wrong.includes(one)) ? undefined : true))
      expect(await lab.exec(standby, "ipvsadm", "-Ln")).not.toMatch(/Route +7 /)
      expect(await processes()).toEqual(before)
      // Not three each: for two minutes a client's port leads to the same server again, and the hand-overs before have used most of them.
      expect(new Set(await ask(9))).toEqual(new Set(servers))
    })
    test("a director without power: the other one serves, and a connection that was open ends whole, by the sync daemon", async () => {
      const { from } = await live()
      const active = from === "d1" ? "d1" : "d2"
      const other = active === "d1" ? "d2" : "d1"
      const long = client.download()
      await until("the standby knows the connection", long.isCopied)
      await lab.cutPower(active)
      try {
        await activeIs(other)
        expect(count(await ask(9), "")).toBe(0)
        expect(await long.end).toBe(WHOLE)
      } finally {
        await lab.powerOn(active)
      }
      await until(`${active} is standby`, async () =>
        (await live()).directors.find(({ node }) => node === active)?.role === "standby" ? true : undefined,
      )
    })
    test("taken over from the running pair: proved by its files and tables, without a write or a reload", async () => {
      await panel.client.balancer.remove({ clusterId, name: "web" })
      const state = () =>
        Promise.all(
          directors.map((node) =>
            lab.exec(
              node,
              "sh",
              "-c",
              "sha256sum /etc/keepalived/keepalived.conf; systemctl show -p MainPID keepalived; journalctl -u keepalived -o cat | grep -c Reload || true",
            ),
          ),
        )
      const before = await state()
      const look = await panel.client.balancer.look({ clusterId, nodes: [...directors] })
      expect(look.verdict).toEqual([])
      await panel.client.balancer.adopt({ clusterId, name: "web", nodes: [...directors] })
      await serving(3)
      await until("both are read", async () => ((await get()).directors.every(({ drift }) => drift?.length === 0) ? true : undefined))
      expect(await state()).toEqual(before)
    })
    test("the panel loses its power between standby and active: started again it finishes, and one alone is master", async () => {
      const { model } = await get()
      const other = model.directors.map((one) => ({ ...one, instances: one.instances.map((i) => ({ ...i, routerId: 52 })) }))
      const plan = await panel.client.plan.balancer({ clusterId, balancer: input({ ...model, directors: other }), was: "web" })
      const jobId = await submit(plan.id)
      await until("half of it", async () =>
        (await panel.client.job.get({ id: jobId })).steps.filter(({ state }) => state === "succeeded").length >= 2 ? true : undefined,
      )
      await panel.kill()
      const holders = async () =>
        (
          await Promise.all(
            directors.map(async (d) => ((await lab.exec(d, "ip", "-o", "addr", "show", "eth0")).includes(`${vip}/`) ? d : "")),
          )
        ).filter(Boolean)
      expect((await holders()).length).toBeLessThan(2)
      await panel.start()
      await until(
        "the job ends",
        async () => ((await panel.client.job.get({ id: jobId })).state === "succeeded" ? true : undefined),
        JOB_MS,
      )
      await until("one is active", async () =>
        (await live()).directors
          .map(({ role }) => role)
          .toSorted()
          .join() === "active,standby"
          ? true
          : undefined,
      )
      expect(await holders()).toHaveLength(1)
      expect(count(await ask(6), "")).toBe(0)
    })
    test("NAT with a sorry server: packets come back through the director, and who apologises does so only while nobody serves", async () => {
      const outer = lab.outerVip(0)
      await lab.exec("d1", "sh", "-c", "sysctl -qw net.ipv4.ip_forward=1")
      for (const name of servers) await lab.exec(name, "ip", "route", "replace", "10.78.0.0/24", "via", addressOf("d1"))
      const nat = balancerSchema.parse({
        directors: [{}],
        virtualServers: [
          {
            ...{
              service: { kind: "address", address: outer, port: 8080, protocol: "tcp" },
              scheduler: "wrr",
              forwarding: { method: "nat" },
            },
            ...{ delayLoop: 1, quorum: 1, sorryServer: { address: addressOf("r3"), port: 80 } },
            realServers: (["r1", "r2"] as const).map((name) => ({ address: addressOf(name), port: 80, checks: [tcp] })),
          },
        ],
      })
      const { model } = await get()
      await apply(
        (
          await panel.client.plan.balancer({
            clusterId,
            balancer: input({ ...model, virtualServers: [...model.virtualServers, ...nat.virtualServers] }),
            was: "web",
          })
        ).id,
      )
      const active = (await live()).from
      if (active !== "d1") await apply((await panel.client.plan.handOver({ clusterId, handOver: "web", to: "d1" })).id)
      await activeIs("d1")
      await lab.exec("d1", "ip", "address", "replace", `${outer}/24`, "dev", "eth1")
      const state = (wanted: string) =>
        until(`it is ${wanted}`, async () =>
          (await live()).virtualServers.find(({ key }) => key.includes(outer))?.state === wanted ? true : undefined,
        )
      await state("up")
      expect(new Set(await ask(4, `${outer}:8080`))).toEqual(new Set(["r1", "r2"]))
      await Promise.all((["r1", "r2"] as const).map((name) => lab.exec(name, "systemctl", "stop", "apache2")))
      await state("sorry")
      expect(new Set(await ask(3, `${outer}:8080`))).toEqual(new Set(["r3"]))
      await Promise.all((["r1", "r2"] as const).map((name) => lab.exec(name, "systemctl", "start", "apache2")))
      await state("up")
      expect(await ask(4, `${outer}:8080`)).not.toContain("r3")
    })
  },
)
