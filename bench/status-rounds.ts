import { execFile } from "node:child_process"
import { resolve } from "node:path"
import { promisify } from "node:util"
import { labOf } from "../e2e/lab/lab"
import { startPacemaker, stopPacemaker } from "../e2e/lab/pacemaker"
import { enrolCluster } from "../e2e/lab/services003"
import { createPanel, type Panel, until } from "../e2e/panel/panel"
import { startToken } from "../lib/auth/token"
import { inTurn } from "./figure"

/** Started by status.ts inside the lab's management namespace: writes the medians as JSON, ms. */
export type Rounds = { readonly moyai: number; readonly ssh: number; readonly warmSsh: number }

const ROUNDS = Number(process.argv[2] ?? 20)
const GROUPS = 3
const lab = labOf()
const [first] = lab.nodes
if (first === undefined) throw new Error("the lab has no nodes")
const exec = promisify(execFile)
const address = (n: number) => ({ ip: lab.vip(n), cidr_netmask: "24" })

/** Three services of one address each: as many rows as Pacemaker's group has. */
async function defineAddresses({ client }: Panel, clusterId: string): Promise<void> {
  for (let n = 0; n < GROUPS; n++) {
    const params = { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: address(n) }
    const service = {
      name: `panel${n}`,
      domain: null,
      isExclusive: false,
      autostart: true,
      resources: [{ name: `ip${n}`, driver: "ocf", params }],
    }
    await client.service.save({ clusterId, was: null, service })
  }
  await until("its services run", async () =>
    (await client.overview.get({ clusterId })).services.every(({ status }) => status.state === "started") ? true : undefined,
  )
}
async function disable({ client }: Panel, clusterId: string, service: string): Promise<void> {
  const { id } = await until("a plan", () => client.plan.make({ clusterId, service, action: "disable" }))
  const { jobId } = await client.plan.apply({ planId: id, why: "bench" })
  await until("the job", async () => ((await client.job.get({ id: jobId })).state === "succeeded" ? true : undefined))
}
const crmMon = (...options: readonly string[]): readonly string[] => [
  ...["-F", "/dev/null", "-i", lab.controlKeyFile, "-o", `UserKnownHostsFile=${lab.knownHostsFile}`, "-o", "LogLevel=ERROR"],
  ...options.flatMap((option) => ["-o", option]),
  ...[`root@${first.address}`, "crm_mon", "-1"],
]
/** All nodes and all that runs are in both answers, else there is nothing to compare. */
async function checked(command: string, args: readonly string[], env: NodeJS.ProcessEnv, word: RegExp): Promise<void> {
  const { stdout } = await exec(command, [...args], { env })
  const isWhole = lab.nodes.every(({ name }) => stdout.includes(name)) && (stdout.match(word)?.length ?? 0) >= GROUPS
  if (!isWhole) throw new Error(`${command} does not show everything:\n${stdout}`)
}

const panel = await createPanel({ port: 3693 })
try {
  await panel.start()
  const clusterId = await enrolCluster(panel, lab)
  await defineAddresses(panel, clusterId)
  const primitives = Array.from({ length: GROUPS }, (_, n) => ({
    ...{ id: `pacemaker${n}`, kind: 'class="ocf" provider="heartbeat" type="IPaddr2"' },
    params: address(GROUPS + n),
  }))
  await startPacemaker(lab, "addresses", primitives)
  const { id: userId } = await panel.db.user.findFirstOrThrow()
  const { token } = await startToken(panel.db, { userId, name: "bench", role: "viewer", days: 1, kind: "settings" }, Date.now())
  const env = { ...process.env, MOYAI_URL: panel.address, MOYAI_TOKEN: token }
  const moyai = resolve("dist/cli/moyai.mjs")
  const warm = ["ControlMaster=auto", `ControlPath=${lab.place}/master`, "ControlPersist=60"]
  await checked(moyai, ["status"], env, /^panel\d +started/gm)
  await checked("ssh", crmMon(), env, /pacemaker\d.*Started/g)
  await exec("ssh", [...crmMon(...warm)])
  const [moyaiMs = 0, sshMs = 0, warmMs = 0] = await inTurn(ROUNDS, [
    () => exec(moyai, ["status"], { env }),
    () => exec("ssh", [...crmMon()]),
    () => exec("ssh", [...crmMon(...warm)]),
  ])
  await exec("ssh", ["-O", "exit", ...crmMon(...warm)]).catch(() => undefined)
  console.log(JSON.stringify({ moyai: moyaiMs, ssh: sshMs, warmSsh: warmMs } satisfies Rounds))
  await stopPacemaker(lab)
  for (let n = 0; n < GROUPS; n++) await disable(panel, clusterId, `panel${n}`)
} finally {
  await panel.end()
}
process.exit()
