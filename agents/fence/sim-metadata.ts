type Parameter = {
  readonly name: string
  readonly type: "string" | "integer" | "boolean" | "second" | readonly string[]
  readonly short: string
  readonly required?: boolean
  readonly default?: string
  /** The older name, which the agent understands as well. */
  readonly obsoletes?: string
}
type Agent = {
  readonly short: string
  readonly long: string
  readonly parameters: readonly Parameter[]
  readonly actions: readonly string[]
}

const login: readonly Parameter[] = [
  { name: "username", type: "string", short: "Login name", obsoletes: "login" },
  { name: "password", type: "string", short: "Login password or passphrase", obsoletes: "passwd" },
  { name: "password_script", type: "string", short: "Script that prints the password", obsoletes: "passwd_script" },
]
const times: readonly Parameter[] = [
  { name: "delay", type: "second", default: "0", short: "Wait before fencing starts" },
  { name: "power_timeout", type: "second", default: "20", short: "How long the power may take to change" },
  { name: "power_wait", type: "second", default: "0", short: "Wait after each change" },
]
const logs: readonly Parameter[] = [
  { name: "verbose", type: "boolean", short: "Say more" },
  { name: "debug_file", type: "string", short: "Write what was said to a file", obsoletes: "debug" },
]
/** Meta-data in the agents' own format and in our own words: a part of what the real ones say. */
const agents: Readonly<Record<"fence_ipmilan" | "fence_sim", Agent>> = {
  fence_ipmilan: {
    short: "Fence agent for IPMI",
    long: "Switches a machine by its management controller (BMC), which has an address of its own.\nThe controller dies with the machine's power supply.",
    parameters: [
      { name: "action", type: "string", default: "reboot", short: "Fencing action", required: true },
      { name: "ip", type: "string", short: "Address of the controller", required: true, obsoletes: "ipaddr" },
      { name: "ipport", type: "integer", default: "623", short: "UDP port" },
      ...login,
      { name: "lanplus", type: "boolean", default: "0", short: "Use lanplus, which encrypts" },
      { name: "privlvl", type: ["callback", "user", "operator", "administrator"], default: "administrator", short: "Privilege level" },
      { name: "cipher", type: "integer", short: "Cipher suite" },
      { name: "hexadecimal_kg", type: "string", short: "Key of the controller (Kg), hexadecimal" },
      ...times,
      ...logs,
    ],
    actions: ["on", "off", "reboot", "status", "monitor", "diag"],
  },
  fence_sim: {
    short: "The power switch of the pretend cluster",
    long: "Cuts and gives the power of the pretend machines. Each machine is an outlet of its own name.",
    parameters: [
      { name: "action", type: "string", default: "reboot", short: "Fencing action", required: true },
      { name: "ip", type: "string", short: "Name of the switch", required: true, obsoletes: "ipaddr" },
      ...login,
      { name: "plug", type: "string", short: "Machine", required: true, obsoletes: "port" },
      ...times,
      ...logs,
    ],
    actions: ["on", "off", "reboot", "status", "monitor"],
  },
}
type Name = keyof typeof agents
export const simulatedAgents: readonly Name[] = ["fence_ipmilan", "fence_sim"]

const text = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")
function parameterXml({ name, type, short, required, obsoletes, ...rest }: Parameter): string {
  const fallback = rest.default === undefined ? "" : ` default="${text(rest.default)}"`
  const content =
    typeof type === "string"
      ? `<content type="${type}"${fallback} />`
      : `<content type="select"${fallback} >${type.map((value) => `<option value="${value}" />`).join("")}</content>`
  const element = (called: string, mark: string) => `\t<parameter name="${called}" unique="0" required="${required ? 1 : 0}"${mark}>
\t\t<getopt mixed="--${called.replaceAll("_", "-")}" />
\t\t${content}
\t\t<shortdesc lang="en">${text(short)}</shortdesc>
\t</parameter>
`
  return (
    (obsoletes === undefined ? "" : element(obsoletes, ' deprecated="1"')) + element(name, obsoletes ? ` obsoletes="${obsoletes}"` : "")
  )
}
export function metadataOf(name: Name): string {
  const { short, long, parameters, actions } = agents[name]
  return `<?xml version="1.0" ?>
<resource-agent name="${name}" shortdesc="${text(short)}" >
<longdesc>${text(long)}</longdesc>
<parameters>
${parameters.map(parameterXml).join("")}</parameters>
<actions>
${[...actions, "metadata", "validate-all"].map((action) => `\t<action name="${action}"${action === "on" ? ' automatic="0"' : ""} />\n`).join("")}</actions>
</resource-agent>
`
}
