import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { balancerSchema } from "@/lib/domain/balancer"
import { createPanel, type Panel, until, whyNoBuild } from "../panel/panel"
import { whyNotDriven } from "./can-run.mjs"
import { type IpvsLab, startIpvsLab } from "./ipvs-lab"
import { enrolCluster } from "./services003"

/**
 * Every kind of health check, by keepalived on a director, of real daemons: apache, postfix, named, and the machine itself.
 * On the same nodes: traffic over IPv6 and through a tunnel.
 */
const why = whyNotDriven()
const JOB_MS = 360_000
const servers = ["r1", "r2"] as const
const DAEMONS = ["apache2", "postfix", "named"]
/** Asks named for lab.test's SOA with the id 4d59, so the answer begins with it, too. */
const DNS_QUESTION = ["4d59", "0100", "0001000000000000", "036c6162", "0474657374", "00", "0006", "0001"].join("")
const common = { retry: 1, delayBeforeRetry: 1 }
const kinds = [
  { port: 80, protocol: "tcp", check: { kind: "tcp", connectTimeout: 2 } },
  {
    ...{ port: 80, protocol: "tcp" },
    check: { kind: "http", connectTimeout: 2, urls: [{ path: "/", statusCodes: [{ from: 200, to: 200 }], regex: "r[12]" }] },
  },
  { port: 443, protocol: "tcp", check: { kind: "ssl", connectTimeout: 5, urls: [{ path: "/", statusCodes: [{ from: 200, to: 200 }] }] } },
  { port: 25, protocol: "tcp", check: { kind: "smtp", connectTimeout: 5, heloName: "d1.lab.test" } },
  { port: 53, protocol: "udp", check: { kind: "dns", connectTimeout: 2, type: "SOA", name: "lab.test" } },
  { port: 80, protocol: "tcp", check: { kind: "misc", timeout: 5 } },
  { port: 53, protocol: "udp", check: { kind: "udp", connectTimeout: 2, payload: DNS_QUESTION, requireReply: "4d59" } },
  { port: 80, protocol: "tcp", check: { kind: "ping", connectTimeout: 2 } },
] as const
type Kind = (typeof kinds)[number]["check"]["kind"]

describe.skipIf(why !== undefined)(why === undefined ? "health checks" : `health checks (skipped: ${why})`, { timeout: 900_000 }, () => {
  let lab: IpvsLab
  let panel: Panel
  let clusterId = ""
  const addressOf = (name: string) => lab.nodes.find((node) => node.name === name)?.address ?? ""
  const daemons = (verb: "start" | "stop", server: (typeof servers)[number]) => lab.exec(server, "systemctl", verb, ...DAEMONS)

  beforeAll(async () => {
    const noBuild = whyNoBuild()
    if (noBuild) throw new Error(noBuild)
    lab = await startIpvsLab({ name: "chkipvs" })
    panel = await createPanel({ port: 3694 })
    await panel.start()
    clusterId = await enrolCluster(panel, { nodes: lab.nodes.filter(({ name }) => name !== "d2" && name !== "r3") }, false)
    await Promise.all(servers.map((name) => daemons("start", name)))
  }, 600_000)
  afterAll(async () => {
    await panel?.end()
    await lab?.down()
  }, 120_000)

  const model = () =>
    balancerSchema.parse({
      directors: [{ global: { enableScriptSecurity: true, scriptUser: { user: "nobody" } } }],
      virtualServers: kinds.map(({ port, protocol, check }, i) => ({
        ...{ name: check.kind, service: { kind: "address", address: lab.vip(3), port: 9_001 + i, protocol } },
        ...{ scheduler: "rr", forwarding: { method: "nat" }, delayLoop: 2 },
        realServers: servers.map((name) => ({
          ...{ address: addressOf(name), port },
          checks: [
            {
              ...common,
              ...check,
              ...(check.kind === "misc" ? { path: `/usr/bin/curl -sf -m 4 -o /dev/null http://${addressOf(name)}/` } : {}),
            },
          ],
        })),
      })),
    })
  /** Of r2: which kinds of check keep it in the table. */
  const seen = async (): Promise<readonly Kind[]> => {
    const { virtualServers } = await panel.client.balancer.live({ clusterId, name: "checked" })
    return kinds.flatMap(({ check: { kind } }, i) => (virtualServers[i]?.realServers[1]?.state === "serving" ? [kind] : []))
  }
  const every = kinds.map(({ check }) => check.kind)
  const keptBy = (wanted: readonly Kind[]) =>
    until(
      `r2 is kept by ${wanted.join(", ") || "none"}`,
      async () => ((await seen()).join() === wanted.join() ? true : undefined),
      60_000,
    ).catch(async (error) => {
      throw new Error(`${error}; it is kept by ${(await seen()).join(", ")}`)
    })
  /** The same checks, each tried once from the director as the editor's button does. */
  const tried = async () => {
    const draft = model()
    const verdicts: string[] = []
    for (const [server] of kinds.entries())
      verdicts.push((await panel.client.balancer.tryCheck({ clusterId, node: "d1", model: draft, server, real: 1, check: 0 })).verdict)
    return verdicts
  }

  const applied = async (planId: string) => {
    const { jobId } = await panel.client.plan.apply({ planId, why: "lab" })
    const job = await until(
      "the job",
      async () => {
        const now = await panel.client.job.get({ id: jobId })
        return ["succeeded", "failed", "waiting"].includes(now.state) ? now : undefined
      },
      JOB_MS,
    )
    const steps = job.steps.map(({ node, sentence, state, output }) => `${node} ${sentence.code} ${state} ${output}`)
    if (job.state !== "succeeded") throw new Error(`${job.state}: ${JSON.stringify(job.waitingFor)}\n${steps.join("\n")}`)
  }
  const planOf = (wanted: ReturnType<typeof model>, was: string | null) =>
    panel.client.plan.balancer({ clusterId, balancer: { name: "checked", engine: "keepalived", nodes: ["d1"], model: wanted }, was })

  test("what serves passes every kind, by keepalived and by the editor's button", async () => {
    await applied((await planOf(model(), null)).id)
    await keptBy(every)
    expect(await tried()).toEqual(kinds.map(() => "pass"))
  })
  test("stopped daemons are out by every check that asks them, and by the editor's button; the machine still answers a ping", async () => {
    await daemons("stop", "r2")
    await keptBy(["ping"])
    expect(await tried()).toEqual(every.map((kind) => (kind === "ping" ? "pass" : "fail")))
  })
  test("they are back when they serve again; a machine that is unplugged is out by all of them", async () => {
    await daemons("start", "r2")
    await keptBy(every)
    await lab.cutLink("r2")
    await keptBy([])
    await lab.healLink("r2")
    await keptBy(every)
  })
  test("IPv6 by direct routing, and IPv4 through a tunnel: tables, addresses and requests, which see the client", async () => {
    const [six, four] = ["fd77::100", lab.vip(1)]
    const ownSix = { d1: "fd77::11", r1: "fd77::13", r2: "fd77::14" } as const
    const add = (address: string) => ["ip", "-6", "address", "add", `${address}/64`, "dev", "eth0", "nodad"] as const
    for (const node of ["d1", ...servers] as const) await lab.exec(node, ...add(ownSix[node]))
    await lab.client(...add("fd77::10"))
    // The far end's device is the operator's; its address and its silence are the plan's.
    const farEnd = "modprobe ipip; ip link set tunl0 up"
    for (const server of servers) await lab.exec(server, "sh", "-c", farEnd)
    const tcp = (address: string) => ({ kind: "address", address, port: 80, protocol: "tcp" })
    const check = { ...common, kind: "tcp", connectTimeout: 2 }
    const reals = (addresses: readonly string[]) => addresses.map((address) => ({ address, port: 80, checks: [check] }))
    const more = [
      { service: tcp(six), scheduler: "rr", forwarding: { method: "direct" }, delayLoop: 2, realServers: reals([ownSix.r1, ownSix.r2]) },
      { service: tcp(four), scheduler: "rr", forwarding: { method: "tunnel" }, delayLoop: 2, realServers: reals(servers.map(addressOf)) },
    ]
    const wanted = balancerSchema.parse({ ...model(), virtualServers: [...model().virtualServers, ...more] })
    const plan = await until(
      "the machines are known by their new addresses",
      async () => {
        const shown = await planOf(wanted, "checked")
        return shown.notes.some(({ code }) => code === "lbRealUnmanaged") ? undefined : shown
      },
      JOB_MS,
    )
    expect(
      plan.steps.flatMap(({ node, sentence: { code, params } }) =>
        [`${six}/128`, `${four}/32`].includes(params.address ?? "") ? [`${node} ${code}`] : [],
      ),
    ).toHaveLength(4)
    await applied(plan.id)
    for (const address of [six, four])
      await applied((await panel.client.plan.doctorFix({ clusterId, balancer: "checked", fix: { kind: "hold", node: "d1", address } })).id)
    for (const [at, client] of [
      [`[${six}]`, "fd77::10"],
      [four, "10.77.0.10"],
    ] as const) {
      const one = () => lab.client("curl", "-si", "-m", "5", `http://${at}/`)
      const answers = await until(
        `${at} answers`,
        async () => {
          const both = [await one(), await one()].map((text) => text.replaceAll("\r", ""))
          return both.every((text) => text.includes(" 200 ")) ? both : undefined
        },
        60_000,
      )
      expect(answers.map((text) => text.trimEnd().split("\n").at(-1)).toSorted()).toEqual([...servers])
      for (const text of answers) expect(text).toContain(`Client: ${client}`)
    }
    const rules = await lab.exec("d1", "ipvsadm", "-Sn")
    expect(rules).toContain(`-a -t [${six}]:80 -r [${ownSix.r1}]:80 -g`)
    expect(rules).toContain(`-a -t ${four}:80 -r ${addressOf("r1")}:80 -i`)
  })
})
