import { until } from "../panel/panel"
import type { Lab } from "./lab"

/** What a node needs for it beside base.sh. */
export const PACEMAKER = ["pacemaker", "pacemaker-cli-utils", "corosync"] as const

const put = (lab: Lab, node: string, path: string, text: string) =>
  lab.exec(node, "sh", "-c", 'umask 077; printf %s "$1" >"$2"', "sh", text, path)
const corosyncConf = (lab: Lab): string => `totem {
  version: 2
  cluster_name: lab
  transport: knet
  token: 1000
}
nodelist {
${lab.nodes.map(({ name, address }) => `  node {\n    name: ${name}\n    nodeid: ${name.slice(1)}\n    ring0_addr: ${address}\n  }\n`).join("")}}
quorum {
  provider: corosync_votequorum
}
logging {
  to_syslog: yes
}
`
const pairs = (id: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`)
    .join("")
/** A resource of a group; `kind` as in the CIB: `class="systemd" type="apache2"`. */
export type Primitive = { readonly id: string; readonly kind: string; readonly params: Readonly<Record<string, string>> }
const primitiveOf = ({ id, kind, params }: Primitive): string =>
  `<primitive id="${id}" ${kind}><instance_attributes id="${id}-params">${pairs(`${id}-params`, params)}</instance_attributes>` +
  `<operations><op id="${id}-monitor" name="monitor" interval="10s" timeout="20s"/></operations></primitive>`
/** A fence device of all nodes: its agent stands on each of them. */
export type Stonith = { readonly agent: string; readonly params: Readonly<Record<string, string>> }
const stonithOf = ({ agent, params }: Stonith): string =>
  `<primitive id="stonith" class="stonith" type="${agent}"><instance_attributes id="stonith-params">${pairs("stonith-params", params)}</instance_attributes></primitive>`
/** No failback, the first DC after 2 s in place of 20; fencing switches off, if there is a device. */
const cibOf = (group: string, primitives: readonly Primitive[], stonith: Stonith | undefined) => ({
  config: `<cluster_property_set id="options">${pairs("options", { "dc-deadtime": "2s", "stonith-enabled": String(stonith !== undefined), "stonith-action": "off" })}</cluster_property_set>`,
  resources: `${stonith ? stonithOf(stonith) : ""}<group id="${group}">${primitives.map(primitiveOf).join("")}</group>`,
  defaults: `<rsc_defaults><meta_attributes id="defaults">${pairs("defaults", { "resource-stickiness": "1000" })}</meta_attributes></rsc_defaults>`,
})

/** Pacemaker anew on all nodes, with one group. Resolves when all are online and the group runs. */
export async function startPacemaker(lab: Lab, group: string, primitives: readonly Primitive[], stonith?: Stonith): Promise<void> {
  const { config, resources, defaults } = cibOf(group, primitives, stonith)
  await Promise.all(
    lab.nodes.map(async ({ name }) => {
      await put(lab, name, "/etc/corosync/corosync.conf", corosyncConf(lab))
      await lab.exec(name, "sh", "-c", "rm -rf /var/lib/pacemaker/cib/* /var/lib/pacemaker/pengine/*")
      // The node's own cibadmin makes it: one with a newer feature set than the software's would stop every node.
      const empty = (await lab.exec(name, "cibadmin", "--empty"))
        .replace("<crm_config/>", `<crm_config>${config}</crm_config>`)
        .replace("<resources/>", `<resources>${resources}</resources>`)
        .replace("</configuration>", `${defaults}</configuration>`)
      await put(lab, name, "/var/lib/pacemaker/cib/cib.xml", empty)
      await lab.exec(name, "chown", "hacluster:haclient", "/var/lib/pacemaker/cib/cib.xml")
    }),
  )
  await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, "systemctl", "start", "corosync", "pacemaker")))
  await pacemakerRuns(lab, primitives.length + (stonith ? 1 : 0))
}
/** Resolves when all nodes are online and so many resources run. */
export async function pacemakerRuns(lab: Lab, resources: number): Promise<void> {
  const [{ name: anyNode } = { name: "h1" }] = lab.nodes
  await until("a cluster with its group", async () => {
    const seen = await lab.exec(anyNode, "crm_mon", "-1", "--output-as=xml")
    const online = seen.match(/<node name=.*online="true".*pending="false"/g)?.length
    const started = seen.match(/<resource .*role="Started" active="true".*failed="false"/g)?.length
    return online === lab.nodes.length && started === resources ? true : undefined
  })
  await lab.exec(anyNode, "crm_resource", "--wait")
}
/** The group stops too. */
export async function stopPacemaker(lab: Lab): Promise<void> {
  await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, "systemctl", "stop", "pacemaker", "corosync")))
}
