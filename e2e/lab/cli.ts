import { spawnSync } from "node:child_process"
import { capture } from "./capture"
import { ocfSteps } from "./captures/ocf"
import { systemSteps } from "./captures/system"
import { unitSteps } from "./captures/units"
import { type Lab, labOf, leftOf, runScript, startLab } from "./lab"

const USAGE = `node --import tsx e2e/lab/cli.ts …
  up [N]               starts N nodes (3), anew when they run already
  down                 takes them down, and tells what is left
  status               which nodes run, and their addresses
  exec NODE COMMAND…   runs it as root, also in a node that is unplugged
  ssh NODE [COMMAND…]  logs in as root, from the management namespace
  mgmt COMMAND…        runs it in the management namespace, where panel and browser belong
  power-off NODE, power-on NODE, cut NODE, heal NODE
  capture [PART…]      writes fixtures of agents/ anew, on a lab of its own; parts are in captures/
LAB_NAME names the lab (dev).`

const name = process.env.LAB_NAME ?? "dev"
const [verb = "", ...rest] = process.argv.slice(2)
const inherit = (argv: readonly string[]): number => spawnSync(argv[0] ?? "", argv.slice(1), { stdio: "inherit" }).status ?? 1
const show = (text: string): void => void process.stdout.write(text)
const nodeNamed = (lab: Lab, wanted = "") => {
  const node = lab.nodes.find((n) => n.name === wanted)
  if (!node) throw new Error(`There is no node "${wanted}" in lab "${name}". It has ${lab.nodes.map((n) => n.name).join(", ")}.`)
  return node
}

async function up(): Promise<number> {
  const fromMs = Date.now()
  const { nodes } = await startLab({ name, nodes: Number(rest[0] ?? 3), isKept: true })
  show(`${nodes.map((node) => `${node.name} ${node.address} ${node.fingerprint}\n`).join("")}up after ${Date.now() - fromMs} ms\n`)
  return 0
}
async function down(): Promise<number> {
  runScript(name, ["down"])
  const left = leftOf(name)
  show(left.length > 0 ? `left behind:\n${left.join("\n")}\n` : "nothing is left\n")
  return left.length > 0 ? 1 : 0
}
function ssh(): number {
  const lab = labOf(name)
  const { address } = nodeNamed(lab, rest[0])
  const options = ["StrictHostKeyChecking=yes", `UserKnownHostsFile=${lab.knownHostsFile}`, "LogLevel=ERROR"]
  const command = ["ssh", "-F", "/dev/null", "-i", lab.controlKeyFile, ...options.flatMap((option) => ["-o", option])]
  return inherit(lab.inMgmt(...command, `root@${address}`, ...rest.slice(1)))
}
const folders = {
  "agents/system/fixtures": { system: systemSteps },
  "agents/ocf/fixtures": { ...ocfSteps, ...unitSteps },
}
async function captureAll(): Promise<number> {
  const lab = await startLab({ name: `${name}cap` })
  try {
    for (const [folder, parts] of Object.entries(folders))
      for (const [part, steps] of Object.entries(parts))
        if (rest.length === 0 || rest.includes(part)) await capture(lab, folder, steps, (line) => show(`${line}\n`))
  } finally {
    await lab.down()
  }
  return 0
}

const verbs: Readonly<Record<string, () => Promise<number> | number>> = {
  up,
  down,
  ssh,
  capture: captureAll,
  mgmt: () => inherit(labOf(name).inMgmt(...rest)),
}
for (const passed of ["status", "exec", "power-off", "power-on", "cut", "heal"])
  Object.assign(verbs, { [passed]: () => runScript(name, [verb, ...rest]) })
const chosen = verbs[verb]
if (!chosen) show(`${USAGE}\n`)
process.exitCode = chosen ? await chosen() : 2
