import { type IpvsLab, type IpvsNodeName, ipvsLabOf, startIpvsLab } from "./ipvs-lab"

const USAGE = `node --import tsx e2e/lab/ipvs-cli.ts …
  up                   starts the five nodes, anew when they run already
  down                 takes them down
  nodes                where each answers ssh, and the key for root's login
  exec NODE COMMAND…   runs it as root, also in a node that is unplugged
  client COMMAND…      runs it in the client's networks
  cut-power NODE, power-on NODE, cut-link NODE, heal-link NODE, cut-pair NODE OTHER, heal NODE
LAB_NAME names the lab (dev).`

const name = process.env.LAB_NAME ?? "dev"
const [verb = "", ...rest] = process.argv.slice(2)
const show = (text: string): void => void process.stdout.write(text)
function nodeNamed(lab: IpvsLab, wanted = ""): IpvsNodeName {
  const node = lab.nodes.find((n) => n.name === wanted)
  if (!node) throw new Error(`There is no node "${wanted}". There are ${lab.nodes.map((n) => n.name).join(", ")}.`)
  return node.name
}
const showNodes = ({ nodes, controlKeyFile }: IpvsLab): void =>
  show(`${nodes.map((n) => `${n.name} ${n.address} ${n.host}:${n.port} ${n.fingerprint}\n`).join("")}key ${controlKeyFile}\n`)
async function up(): Promise<void> {
  const fromMs = Date.now()
  showNodes(await startIpvsLab({ name, isKept: true }))
  show(`up after ${Date.now() - fromMs} ms\n`)
}

const verbs: Readonly<Record<string, (lab: IpvsLab) => Promise<void> | void>> = {
  down: (lab) => lab.down(),
  nodes: showNodes,
  exec: async (lab) => show(await lab.exec(nodeNamed(lab, rest[0]), ...rest.slice(1))),
  client: async (lab) => show(await lab.client(...rest)),
  "cut-power": (lab) => lab.cutPower(nodeNamed(lab, rest[0])),
  "power-on": (lab) => lab.powerOn(nodeNamed(lab, rest[0])),
  "cut-link": (lab) => lab.cutLink(nodeNamed(lab, rest[0])),
  "heal-link": (lab) => lab.healLink(nodeNamed(lab, rest[0])),
  "cut-pair": (lab) => lab.cutPair(nodeNamed(lab, rest[0]), nodeNamed(lab, rest[1])),
  heal: (lab) => lab.heal(nodeNamed(lab, rest[0])),
}
const chosen = verbs[verb]
if (verb === "up") await up()
else if (chosen) await chosen(ipvsLabOf(name))
else show(`${USAGE}\n`)
