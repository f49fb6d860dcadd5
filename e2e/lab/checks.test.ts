import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { balancerSchema } from "@/lib/domain/balancer"
import { createPanel, type Panel, until, whyNoBuild } from "../panel/panel"
import { whyNotIpvs } from "./can-run.mjs"
import { type IpvsLab, startIpvsLab } from "./ipvs-lab"
import { enrolCluster } from "./services003"

/** Every kind of health check, by keepalived on a director, of real daemons: apache, postfix, named, and the machine itself. */
const why = whyNotIpvs()
const JOB_MS = 180_000
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

describe.skipIf(why !== undefined)(why === undefined ? "health checks" : `health checks (skipped: ${why})`, { timeout: 300_000 }, () => {
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

  test("what serves passes every kind, by keepalived and by the editor's button", async () => {
    const input = { name: "checked", engine: "keepalived" as const, nodes: ["d1"], model: model() }
    const plan = await panel.client.plan.balancer({ clusterId, balancer: input, was: null })
    const { jobId } = await panel.client.plan.apply({ planId: plan.id, why: "lab" })
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
})
