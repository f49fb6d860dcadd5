import { type ChildProcess, execFile, spawn } from "node:child_process"
import { chmodSync, mkdirSync, openSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Lab } from "./lab"
import type { Power } from "./power"
import { makeTools } from "./tools"

/** A BMC's only login; at most 16 bytes are a password in IPMI 1.5, 20 in 2.0. */
export const BMC_USER = "moyai"
export const BMC_PASSWORD = "moyai-lab-bmc"

export type Ipmi = {
  /** Debian's fence_ipmilan, on this machine. */
  readonly agentPath: string
  /** What fence_ipmilan needs for that node's BMC; the password is a secret. */
  readonly paramsOf: (node: string) => Readonly<Record<string, string>>
  /** The BMC dies, or its cable is drawn: nothing answers at its address any more. */
  readonly kill: (node: string) => Promise<void>
  readonly revive: (node: string) => Promise<void>
  readonly end: () => Promise<void>
}

const run = promisify(execFile)
const addressOf = (node: string): string => `10.77.0.2${node.slice(1)}`
const READY_MAX_MS = 10_000

// A channel takes nothing without allowed_auths, lanplus neither; user 1 must be there, and must have no name.
const lanConf = (node: string, chassis: string): string => `name "${node}"
set_working_mc 0x20
  startlan 1
    addr ${addressOf(node)} 623
    priv_limit admin
${["callback", "user", "operator", "admin"].map((level) => `    allowed_auths_${level} none md2 md5 straight\n`).join("")}\
    guid ${Buffer.from(`moyai-lab-bmc-${node}`).toString("hex")}
  endlan
  chassis_control "${chassis}"
  user 1 false "" "" user 10 none md2 md5 straight
  user 2 true "${BMC_USER}" "${BMC_PASSWORD}" admin 10 none md2 md5 straight
`
const EMULATED = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
sel_enable 0x20 1000 0x0a
mc_enable 0x20
`
/** How ipmi_sim asks for the power and turns it: "get power", "set power 0", "set reset 1". */
const chassisScript = (agent: string, params: Readonly<Record<string, string>>): string => `#!/bin/bash
agent() { ${agent} -o "$1" ${Object.entries(params)
  .map(([name, value]) => `--${name}='${value}'`)
  .join(" ")} >/dev/null; }
case "$*" in
  "get power")
    agent status
    case $? in 0) echo power:1 ;; 2) echo power:0 ;; *) exit 1 ;; esac
    ;;
  "set power 0") agent off ;;
  "set power 1") agent on ;;
  "set reset 1") agent reboot ;;
  *) exit 1 ;;
esac
`

/**
 * A BMC for each node, by Debian's ipmi_sim, whose chassis control is the lab's power switch; so what breaks that breaks this.
 * BMCs have addresses of their own, 10.77.0.2N; what is told of the power switch's holds for them.
 */
export async function startIpmi(lab: Lab, power: Power): Promise<Ipmi> {
  const tools = makeTools(lab, ["/usr/sbin/fence_ipmilan", "/usr/bin/ipmitool", "/usr/bin/ipmi_sim"])
  const inNet = (...argv: readonly string[]) => ["nsenter", `--net=/run/netns/${lab.name}-net`, "--", ...argv] as const
  const bmcs = new Map<string, ChildProcess>()
  const end = (bmc: ChildProcess): Promise<void> => {
    if (bmc.exitCode !== null || bmc.signalCode !== null) return Promise.resolve()
    const ended = new Promise<void>((resolve) => bmc.once("exit", () => resolve()))
    bmc.kill("SIGKILL")
    return ended
  }
  const startBmc = async (node: string): Promise<void> => {
    const folder = join(lab.place, "bmc", node)
    const [conf, emulated, chassis] = ["lan.conf", "emu", "chassis"].map((file) => join(folder, file)) as [string, string, string]
    mkdirSync(folder, { recursive: true })
    writeFileSync(conf, lanConf(node, chassis))
    writeFileSync(emulated, EMULATED)
    writeFileSync(chassis, chassisScript(power.agentPath, power.paramsOf(node)))
    chmodSync(chassis, 0o700)
    await run("ip", ["-n", `${lab.name}-net`, "addr", "replace", `${addressOf(node)}/32`, "dev", "br0"])
    const out = openSync(join(folder, "out"), "a")
    const [command, ...argv] = inNet(join(tools, "ipmi_sim"), "-n", "-p", "-c", conf, "-f", emulated, "-s", folder)
    bmcs.set(node, spawn(command, argv, { stdio: ["ignore", out, out] }))
    const ask = ["-I", "lanplus", "-C", "3", "-N", "1", "-R", "1", "-H", addressOf(node), "-U", BMC_USER, "-P", BMC_PASSWORD]
    const [asker, ...question] = inNet(join(tools, "ipmitool"), ...ask, "chassis", "power", "status")
    const untilMs = Date.now() + READY_MAX_MS
    for (;;) {
      try {
        await run(asker, question)
        return
      } catch (error) {
        if (Date.now() > untilMs) throw error
      }
    }
  }
  await Promise.all(lab.nodes.map(({ name }) => startBmc(name)))
  return {
    agentPath: join(tools, "fence_ipmilan"),
    // Without `cipher` ipmitool begins with suite 17, which ipmi_sim has not: 14 s, then it falls back to 3.
    paramsOf: (node) => ({ ip: addressOf(node), username: BMC_USER, password: BMC_PASSWORD, lanplus: "1", cipher: "3" }),
    kill: async (node) => {
      const bmc = bmcs.get(node)
      if (bmc) await end(bmc)
    },
    revive: startBmc,
    end: async () => void (await Promise.all([...bmcs.values()].map(end))),
  }
}
