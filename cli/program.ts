import { Argument, Command, InvalidArgumentError, Option } from "commander"
import type { Draining, Weighing } from "./commands/balancers"
import type { Exporting, Importing } from "./commands/conf"
import type { Acting, Common, Deps } from "./commands/context"
import type { Listing } from "./commands/ipvsadm"

/** Parts are loaded when a command needs them: `moyai services order` waits for no client. */
const acting = () => import("./commands/act")
const showing = () => import("./commands/show")
const offline = () => import("./commands/offline")
const balancing = () => import("./commands/balancer")
const live = () => import("./commands/balancers")
const fencing = () => import("./commands/fence")

const count = (text: string): number => {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("A whole number from 1, please.")
  return n
}
const share = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError("A whole number from 0 to 65535, please.")
  return Number(text)
}
const gather = (one: string, all: readonly string[]): readonly string[] => [...all, one]
const json = new Option("--json", "print exactly one JSON object or array")
const cluster = new Option("--cluster <name>", "the cluster that is meant, where the panel has several (MOYAI_CLUSTER)")
const service = () => new Argument("<service>", "name of a service")
const node = () => new Argument("<node>", "name of a node")
const target = () => new Argument("[node]", "the node it goes to; the best one otherwise")

const asking = (command: Command): Command => command.addOption(json).addOption(cluster)
const changing = (command: Command): Command =>
  asking(command)
    .option("--plan", "print what would happen, with the exact commands, and do nothing")
    .option("--wait", "stay, and tell of every step until the end")
    .option("--why <text>", "the reason, for the record")
const confirmable = (command: Command): Command => changing(command).option("-y, --yes", "ask nothing; only where no name has to be typed")

function queries(program: Command, deps: Deps): void {
  asking(program.command("status").description("who is there, what runs where, what needs you")).action(async (o: Common) =>
    (await showing()).status(deps, o),
  )
  asking(program.command("nodes").description("the nodes")).action(async (o: Common) => (await showing()).nodes(deps, o))
  asking(program.command("jobs").description("what was and is carried out, newest first")).action(async (o: Common) =>
    (await showing()).jobs(deps, o),
  )
  program
    .command("audit")
    .description("who asked for what, newest first (admins)")
    .addOption(json)
    .option("--before <id>", "only those before this one", count)
    .action(async (o: Common & { before?: number }) => (await showing()).audit(deps, o))
  program
    .command("names", { hidden: true })
    .addArgument(new Argument("<kind>").choices(["nodes", "services", "balancers"]))
    .addOption(cluster)
    .action(async (kind: string, o: Common) => (await showing()).names(deps, kind, o))
}
function offlineTools(program: Command, deps: Deps): void {
  const { io } = deps
  const services = asking(program.command("services").description("the services; below it, tools for a cluster.conf that need no panel"))
  services.action(async (o: Common) => (await showing()).services(deps, o))
  // An option of both is the inner one's when it stands behind it.
  const withJson = (command: Command) => command.addOption(json)
  const file = () => new Argument("<file>", "a cluster.conf; - is standard input")
  withJson(services.command("order").description("start and stop order of every service").addArgument(file())).action(
    async (f: string, _: Common, c: Command) => (await offline()).servicesOrder(io, f, c.optsWithGlobals()),
  )
  withJson(services.command("diff").description("what a reconfiguration does, in the order in which it happens"))
    .addArgument(new Argument("<old>", "a cluster.conf; - is standard input"))
    .addArgument(new Argument("<new>", "a cluster.conf; - is standard input"))
    .action(async (a: string, b: string, _: Common, c: Command) => (await offline()).servicesDiff(io, a, b, c.optsWithGlobals()))
  withJson(services.command("place").description("where each service may go, and why").addArgument(file()))
    .requiredOption("--online <nodes>", "the nodes that are online, with commas between")
    .option("--owner <service=node>", "a service that is started there; may be given again", gather, [])
    .action(async (f: string, _: Common, c: Command) => (await offline()).servicesPlace(io, f, c.optsWithGlobals()))
  withJson(services.command("check").description("everything that is wrong or risky; ends with 1 on errors").addArgument(file())).action(
    async (f: string, _: Common, c: Command) => (await offline()).servicesCheck(io, f, c.optsWithGlobals()),
  )
}
function balancerTools(program: Command, { io }: Deps): void {
  const balancer = program.command("balancer").description("tools for keepalived.conf, lvs.cf and tables of ipvsadm that need no panel")
  const file = (name = "<file>") => new Argument(name, "keepalived.conf, lvs.cf, or what ipvsadm -Sn or -Ln prints; - is standard input")
  const tool = (name: string, text: string) => balancer.command(name).description(text).addOption(json)
  tool("import", "what is in it: understood, kept verbatim, not understood")
    .addArgument(file())
    .action(async (f: string, o: Common) => (await balancing()).balancerImported(io, f, o))
  tool("render", "the same as keepalived.conf")
    .addArgument(file())
    .option("--director <n>", "which of a pair; 1 is the first", count)
    .action(async (f: string, o: Common & { director?: number }) => (await balancing()).balancerRendered(io, f, o))
  tool("check", "what the kernel or keepalived would refuse or change without a word; ends with 1 on errors")
    .addArgument(file())
    .action(async (f: string, o: Common) => (await balancing()).balancerChecked(io, f, o))
  tool("diff", "what would change, whatever the two formats are")
    .addArgument(file("<old>"))
    .addArgument(file("<new>"))
    .action(async (a: string, b: string, o: Common) => (await balancing()).balancerDiffed(io, a, b, o))
}
function onBalancers(program: Command, deps: Deps): void {
  asking(program.command("balancers").description("the balancers: who directs, what is up, how many serve")).action(async (o: Common) =>
    (await live()).balancers(deps, o),
  )
  asking(program.command("ipvsadm").description("what ipvsadm lists, of every director in one table; it only lists"))
    .option("-L, --list", "list, which is also done without it")
    .option("-l", "the same")
    .option("-n, --numeric", "numbers, which it prints without it as well")
    .option("--stats", "totals since each entry was made, asked for now")
    .option("--exact", "every digit, which it prints without it as well")
    .option("--rate", "connections and bytes per second")
    .option("-c, --connection", "connections, asked for now; the first 5,000 of each director")
    .action(async (o: Listing) => (await import("./commands/ipvsadm")).ipvsadm(deps, o))
  confirmable(program.command("drain").description("no new connections for a real server; those that it has go on"))
    .addArgument(new Argument("<balancer>", "name of a balancer"))
    .addArgument(new Argument("<real>", "ADDRESS:PORT, ADDRESS, or the name of the server or its node"))
    .option("--server <key>", "in this virtual server only, such as 'tcp 10.0.0.1:80'; in all that have it otherwise")
    .option("--undo", "give it connections again, by the weight that it had")
    .option("--slow <seconds>", "with --undo: the weight rises in steps for so long, 5 to 3600; it is there at once otherwise", count)
    .action(async (b: string, r: string, o: Draining) => (await live()).drain(deps, b, r, o))
  confirmable(program.command("weight").description("the share of new connections that a real server gets; 0 is none"))
    .addArgument(new Argument("<balancer>", "name of a balancer"))
    .addArgument(new Argument("<real>", "ADDRESS:PORT, ADDRESS, or the name of the server or its node"))
    .addArgument(new Argument("<weight>", "0 to 65535").argParser(share))
    .option("--server <key>", "in this virtual server only, such as 'tcp 10.0.0.1:80'; in all that have it otherwise")
    .action(async (b: string, r: string, n: number, o: Weighing) => (await live()).weigh(deps, b, r, n, o))
}
function onServices(program: Command, deps: Deps): void {
  const moves = [
    ["relocate", "relocate", "stop a service and start it on another node"],
    ["enable", "start", "start a service, and let it be started again (clusvcadm -e)"],
  ] as const
  for (const [name, action, text] of moves)
    confirmable(program.command(name).description(text).addArgument(service()).addArgument(target())).action(
      async (s: string, n: string | undefined, o: Acting) => (await acting()).onService(deps, action, s, n, o),
    )
  const others = [
    ["disable", "stop a service, and keep it off until it is enabled (clusvcadm -d)"],
    ["stop", "stop a service until the next event (clusvcadm -s)"],
    ["restart", "stop a service and start it where it is (clusvcadm -R)"],
    ["freeze", "neither check nor start, stop or move a service (clusvcadm -Z)"],
    ["unfreeze", "take care of a frozen service again (clusvcadm -U)"],
    ["convalesce", "start the parts of a service that were left off (clusvcadm -c)"],
  ] as const
  for (const [name, text] of others)
    confirmable(program.command(name).description(text).addArgument(service())).action(async (s: string, o: Acting) =>
      (await acting()).onService(deps, name, s, undefined, o),
    )
  for (const [name, text] of [
    ["lock", "start, move and recover nothing (clusvcadm -l)"],
    ["unlock", "start, move and recover again (clusvcadm -u)"],
  ] as const)
    confirmable(program.command(name).description(text)).action(async (o: Acting) => (await acting()).lock(deps, name, o))
}
function clusterConf(program: Command, deps: Deps): void {
  asking(program.command("import").description("take over a cluster.conf, all or nothing; starts no service (admins)"))
    .argument("<file>", "a cluster.conf; - is standard input")
    .option("--take <side>", "file or panel, where both have it and differ; ID=file or ID=panel for one; may be given again", gather, [])
    .option("--plan", "print what would happen, and do nothing")
    .option("--all", "every line of the table, also those that are understood")
    .option("-y, --yes", "ask nothing")
    .action(async (f: string, o: Importing) => (await import("./commands/conf")).importConf(deps, f, o))
  asking(program.command("export").description("cluster.conf as the panel has things, with the next config_version"))
    .option("--secrets", "with the passwords of fence devices, which is on record (admins)")
    .action(async (o: Exporting) => (await import("./commands/conf")).exportConf(deps, o))
}
type Power = Acting & { readonly action: "off" | "on" | "reboot" | "status" }
function onNodes(program: Command, deps: Deps): void {
  confirmable(program.command("maintenance").description("move the services away and take a node out").addArgument(node()))
    .option("--end", "bring it back")
    .option("--failback", "with --end: services that prefer it go back to it")
    .action(async (n: string, o: Acting) => (await acting()).maintenance(deps, n, o))
  changing(
    program.command("fence").description("power by the fence devices; asks for the node's name and your password").addArgument(node()),
  )
    .addOption(new Option("--action <action>", "what is done").choices(["off", "on", "reboot", "status"]).makeOptionMandatory())
    .action(async (n: string, o: Power) => (await fencing()).fence(deps, n, o))
  asking(program.command("confirm").description("say that a lost node is off: its name, what you saw, your password").addArgument(node()))
    .option("--override <text>", "why it is right although a witness says otherwise (admins)")
    .action(async (n: string, o: Common) => (await fencing()).confirmOff(deps, n, o))
}
function access(program: Command, deps: Deps): void {
  program
    .command("login")
    .description("name and password for a token, which is kept; both are asked for, or read as lines of standard input")
    .argument("[url]", "the panel, such as https://moyai.example.net (MOYAI_URL)")
    .addOption(json)
    .option("--user <name>", "instead of asking")
    .addOption(new Option("--role <role>", "the most that the token may").choices(["viewer", "operator", "admin"]))
    .option("--days <n>", "how long it is valid, 1 to 365; 30 otherwise", count)
    .action(async (url: string | undefined, o: Common) => (await import("./commands/login")).login(deps.io, url, o))
  const admin = program.command("admin").description("on the panel's own machine only, with its MOYAI_DATA")
  admin
    .command("reset-password")
    .description("a new password for a user, straight into the database")
    .argument("<name>", "name of a user of the panel")
    .addOption(json)
    .action(async (name: string, o: Common) => (await import("./commands/admin")).resetPassword(deps.io, name, o))
}
const oldOnes = {
  clustat: "members and services as rgmanager's clustat shows them",
  clusvcadm: "services as rgmanager's clusvcadm handles them",
  fence_ack_manual: "the manual override of cman; asks for the word, and what the panel asks",
  fence_node: "fence a node by its devices, as cman's fence_node; asks for your password",
  fence_tool: "the fence domain: fence_tool ls",
} as const
export const oldNames: readonly string[] = Object.keys(oldOnes)
function twins(program: Command, run: (name: string, args: readonly string[]) => Promise<void>): void {
  for (const [name, text] of Object.entries(oldOnes))
    program
      .command(name)
      .description(text)
      .argument("[args...]", "as the old command takes them")
      .allowUnknownOption()
      .helpOption(false)
      .action((_: unknown, __: unknown, c: Command) => run(name, c.args))
}
/** The whole tree; help, completion and the man page are made from it. Options of the old commands go through untouched. */
export function programOf(deps: Deps, runTwin: (name: string, args: readonly string[]) => Promise<void>): Command {
  const program = new Command("moyai")
    .description("Highly available services on many Linux nodes, from the command line")
    .enablePositionalOptions()
    .showHelpAfterError("(moyai help COMMAND says more)")
  queries(program, deps)
  offlineTools(program, deps)
  balancerTools(program, deps)
  onServices(program, deps)
  onBalancers(program, deps)
  onNodes(program, deps)
  clusterConf(program, deps)
  access(program, deps)
  twins(program, runTwin)
  const { io } = deps
  program
    .command("completion")
    .description('completion for a shell: eval "$(moyai completion bash)"')
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .action(async (shell: "bash" | "zsh" | "fish") => io.out((await import("./completion")).completionOf(program, shell)))
  program
    .command("manual", { hidden: true })
    .description("the man page, as roff")
    .action(async () => io.out((await import("./manual")).manualOf(program)))
  return program
}
