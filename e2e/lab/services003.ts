import { execFileSync } from "node:child_process"
import { Resolver } from "node:dns/promises"
import { createConnection } from "node:net"
import { type Panel, until } from "../panel/panel"
import { LAB_PASSWORD, LAB_USER, type Lab } from "./lab"
import { ASK_MS, askHttp } from "./probe"

/**
 * The cluster of document 003: three services on three nodes, each with its address of 192.168.10.0/24 and an ordered domain of all
 * three. Whoever answers says which node it is, so a test can tell who served.
 */
export type Service003 = {
  readonly name: "httpd" | "named" | "mail"
  readonly unit: string
  readonly vip: string
  readonly home: string
}
export const services003 = [
  { name: "httpd", unit: "apache2.service", vip: "192.168.10.246", home: "h1" },
  { name: "named", unit: "named.service", vip: "192.168.10.247", home: "h2" },
  { name: "mail", unit: "postfix.service", vip: "192.168.10.248", home: "h3" },
] as const satisfies readonly Service003[]
const nodeNames = services003.map(({ home }) => home)
const NETWORK = "192.168.10"
const ZONE = "zigsow.test"

/** The nodes in the order of a service's domain: its own first. */
export const orderOf = ({ home }: Service003): readonly string[] => [home, ...nodeNames.filter((node) => node !== home)]

async function askDns(vip: string): Promise<string> {
  const resolver = new Resolver({ timeout: ASK_MS, tries: 1 })
  resolver.setServers([vip])
  return (await resolver.resolveTxt(`node.${ZONE}`)).flat().join("")
}
/** The line with which the server greets: "220 h3.zigsow.test ESMTP Postfix". */
const askSmtp = (vip: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host: vip, port: 25 })
    const timer = setTimeout(() => socket.destroy(new Error(`${vip} did not greet in ${ASK_MS} ms`)), ASK_MS)
    socket.once("data", (data) => {
      const node = new RegExp(`^220 (\\w+)\\.${ZONE} `).exec(data.toString())?.[1]
      if (node === undefined) socket.destroy(new Error(data.toString()))
      else {
        resolve(node)
        socket.end("QUIT\r\n")
      }
    })
    socket.once("error", reject)
    socket.once("close", () => clearTimeout(timer))
  })
const asks = { httpd: askHttp, named: askDns, mail: askSmtp } as const
/** Asks as a client does. Returns the node that answered; rejects when none does within 400 ms. */
export const ask = ({ name, vip }: Service003): Promise<string> => asks[name](vip)

/** A second address for eth0, which a boot gives it again. */
const officeUnit = (address: string) => `[Unit]
Description=The address of document 003
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/ip address replace ${address}/24 brd + dev eth0
[Install]
WantedBy=multi-user.target
`
const zoneOf = (node: string): string => `$TTL 60
@    IN SOA ${node} root ( 1 3600 600 86400 60 )
     IN NS  ns
     IN MX  10 mail
${services003.map(({ name, vip }) => `${name === "httpd" ? "www" : name === "named" ? "ns" : "mail"} IN A ${vip}\n`).join("")}node IN TXT "${node}"
${nodeNames.map((name, i) => `${name} IN A ${NETWORK}.23${i + 1}\n`).join("")}`

const KEPT = ["/etc/bind/named.conf.local", "/etc/postfix/main.cf"]
const write = (lab: Lab, node: string, path: string, text: string) => lab.exec(node, "sh", "-c", 'printf %s "$1" >"$2"', "sh", text, path)

/** Network, page, zone and mail server on every node; the page of the lab already says the node's name. Nothing is started. */
export async function prepareNodes(lab: Lab): Promise<void> {
  execFileSync("ip", ["address", "replace", `${NETWORK}.10/24`, "dev", "eth0"]) // h0: the tests run there
  await Promise.all(
    lab.nodes.map(async ({ name: node }, i) => {
      await write(lab, node, "/etc/systemd/system/office.service", officeUnit(`${NETWORK}.23${i + 1}`))
      await lab.exec(node, "systemctl", "enable", "--now", "office")
      for (const file of KEPT) await lab.exec(node, "cp", "-an", file, `${file}.before`)
      await write(lab, node, `/etc/bind/db.${ZONE}`, zoneOf(node))
      await write(lab, node, "/etc/bind/named.conf.local", `zone "${ZONE}" { type primary; file "/etc/bind/db.${ZONE}"; };\n`)
      const settings = ["inet_interfaces=all", `myhostname=${node}.${ZONE}`, "smtpd_banner=$myhostname ESMTP $mail_name"]
      await lab.exec(node, "postconf", "-e", ...settings)
    }),
  )
}
/** Nothing runs any more, and the files are as before. */
export async function restoreNodes(lab: Lab): Promise<void> {
  await Promise.all(
    lab.nodes.map(async ({ name: node }) => {
      await lab.exec(node, "systemctl", "stop", ...services003.map(({ unit }) => unit))
      for (const { vip } of services003) await lab.exec(node, "ip", "address", "del", `${vip}/24`, "dev", "eth0").catch(() => "")
      for (const file of KEPT) await lab.exec(node, "mv", `${file}.before`, file)
      await lab.exec(node, "systemctl", "disable", "--now", "office")
      await lab.exec(node, "ip", "address", "flush", "to", `${NETWORK}.0/24`, "dev", "eth0")
    }),
  )
}

type Enrollable = { readonly name: string; readonly address: string; readonly port: number; readonly host?: string }
/** A cluster of all nodes of a lab, enrolled by password. Resolves when they are online, with the cluster's id. */
export async function enrolCluster({ client }: Panel, lab: { readonly nodes: readonly Enrollable[] }, isMember = true): Promise<string> {
  const { id: clusterId } = await client.cluster.create({ name: "zigsow-cluster" })
  await enrolNodes(client, clusterId, lab.nodes, isMember)
  return clusterId
}
/** Enrolled by password into a cluster that is there. Resolves when all nodes of it are online. */
export async function enrolNodes(client: Panel["client"], clusterId: string, nodes: readonly Enrollable[], isMember: boolean) {
  for (const { name, address, port, host = address } of nodes) {
    const { hostKey } = await client.node.scan({ host, port })
    const candidate = { clusterId, host, port, user: LAB_USER, hostKey }
    await client.node.prepare({ ...candidate, password: LAB_PASSWORD })
    await client.node.add({ ...candidate, name, isMember })
  }
  await until("all online", async () =>
    (await client.overview.get({ clusterId })).nodes.every((n) => n.state === "online") ? true : undefined,
  )
}
/** Domains that are ordered, open and without failback, and the services; each is started by the panel. */
export async function defineServices({ client }: Panel, clusterId: string): Promise<void> {
  for (const service of services003) {
    const { name, vip, unit } = service
    const members = orderOf(service).map((node, i) => ({ node, priority: i + 1 }))
    const domain = { name: `prefer-${name}`, ordered: true, restricted: false, nofailback: true, members }
    await client.domain.save({ clusterId, was: null, domain })
    const ip = { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: { ip: vip, cidr_netmask: "24" } }
    const daemon = { class: "systemd", unit, monitorEveryMs: 2_000 }
    const resources = [
      { name: `${name}-ip`, driver: "ocf", params: ip },
      { name: `${name}-daemon`, driver: "ocf", params: daemon },
    ]
    await client.service.save({
      clusterId,
      was: null,
      service: { name, domain: domain.name, isExclusive: false, autostart: true, resources },
    })
  }
}
