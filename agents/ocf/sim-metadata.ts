type Parameter = {
  readonly name: string
  readonly required?: boolean
  readonly type: string
  readonly default?: string
  readonly short: string
  readonly long: string
}
type Agent = {
  readonly short: string
  readonly long: string
  readonly parameters: readonly Parameter[]
  readonly startS: number
  readonly stopS: number
}

/** Meta-data in the agents' own format (OCF 1.1) and in our own words: a part of what the real ones say. */
const agents: Readonly<Record<"IPaddr2" | "apache" | "named" | "postfix" | "Dummy", Agent>> = {
  IPaddr2: {
    short: "A service address on one of the node's interfaces",
    long: "Adds an IPv4 or IPv6 address to an interface and tells the neighbours where it is now.\nIt does not look whether somebody else has it.",
    parameters: [
      { name: "ip", required: true, type: "string", short: "Address", long: "IPv4 as 192.0.2.10 or IPv6 as 2001:db8::10." },
      { name: "nic", type: "string", short: "Interface", long: "Left empty, the routing table decides. No alias such as eth0:1." },
      {
        name: "cidr_netmask",
        type: "string",
        short: "Prefix length",
        long: "24, not 255.255.255.0. Left empty, the routing table decides.",
      },
      { name: "arp_count", type: "integer", default: "5", short: "ARP packets sent", long: "How many times the neighbours are told." },
      {
        name: "run_arping",
        type: "boolean",
        default: "false",
        short: "Look for a second holder",
        long: "Asks the network first; costs two seconds.",
      },
    ],
    startS: 20,
    stopS: 20,
  },
  apache: {
    short: "The Apache web server",
    long: "Starts and stops an httpd and asks its status page.",
    parameters: [
      {
        name: "configfile",
        type: "string",
        default: "/etc/apache2/apache2.conf",
        short: "Configuration file",
        long: "The main file; PidFile and Listen are read from it.",
      },
      { name: "httpd", type: "string", default: "/usr/sbin/apache2", short: "Program", long: "Full path of the server." },
      { name: "port", type: "integer", short: "Port", long: "Where the status page is asked for; else the first Listen." },
      { name: "statusurl", type: "string", short: "Status page", long: "mod_status must answer there with the wanted text." },
      { name: "options", type: "string", short: "Options", long: "Given to the program as they are." },
    ],
    startS: 40,
    stopS: 60,
  },
  named: {
    short: "The BIND name server",
    long: "Starts and stops named and asks it for a name.",
    parameters: [
      { name: "named", type: "string", default: "/usr/sbin/named", short: "Program", long: "Full path of the server." },
      {
        name: "named_config",
        type: "string",
        default: "/etc/bind/named.conf",
        short: "Configuration file",
        long: "Checked before each start.",
      },
      { name: "named_user", type: "string", default: "bind", short: "User", long: "Whom it runs as after its start." },
      { name: "monitor_request", type: "string", default: "localhost", short: "Name asked for", long: "The check asks the server for it." },
    ],
    startS: 60,
    stopS: 60,
  },
  postfix: {
    short: "The Postfix mail server",
    long: "Starts, stops and watches one instance of Postfix.",
    parameters: [
      { name: "binary", type: "string", default: "/usr/sbin/postfix", short: "Program", long: "Full path of the control program." },
      { name: "config_dir", type: "string", default: "/etc/postfix", short: "Configuration folder", long: "Where main.cf is." },
      { name: "parameters", type: "string", short: "Options", long: "Given to the program as they are." },
    ],
    startS: 20,
    stopS: 20,
  },
  Dummy: {
    short: "Remembers whether it was started",
    long: "Does nothing but keep a file: for trying things out.",
    parameters: [
      { name: "state", type: "string", default: "/run/resource-agents/Dummy.state", short: "File", long: "There while it is started." },
    ],
    startS: 20,
    stopS: 20,
  },
}
const isKnown = (name: string): name is keyof typeof agents => Object.hasOwn(agents, name)
const text = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")
const parameterXml = (p: Parameter) => `<parameter name="${p.name}" unique="0" required="${p.required ? 1 : 0}">
<longdesc lang="en">
${text(p.long)}
</longdesc>
<shortdesc lang="en">${text(p.short)}</shortdesc>
<content type="${p.type}"${p.default === undefined ? "" : ` default="${text(p.default)}"`} />
</parameter>`

export function metadataOf(name: string): string {
  if (!isKnown(name)) return ""
  const agent = agents[name]
  return `<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="${name}" version="1.0">
<version>1.0</version>
<longdesc lang="en">
${text(agent.long)}
</longdesc>
<shortdesc lang="en">${text(agent.short)}</shortdesc>
<parameters>
${agent.parameters.map(parameterXml).join("\n")}
</parameters>
<actions>
<action name="start" timeout="${agent.startS}s" />
<action name="stop" timeout="${agent.stopS}s" />
<action name="monitor" depth="0" timeout="20s" interval="10s" />
<action name="meta-data" timeout="5s" />
<action name="validate-all" timeout="20s" />
</actions>
</resource-agent>
`
}
