import type { Command } from "commander"
import { exitMeanings, exits } from "./exit"

const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1")
const usageOf = (command: Command): string => {
  const parents = []
  for (let c = command.parent; c; c = c.parent) parents.unshift(c.name())
  return [...parents, command.name(), ...command.registeredArguments.map((a) => (a.required ? a.name() : `[${a.name()}]`))].join(" ")
}
function entry(command: Command): readonly string[] {
  const visible = command
    .createHelp()
    .visibleCommands(command)
    .filter((c) => c.name() !== "help")
  const own = command.options.flatMap(({ flags, description }) => [".RS", ".TP", `.B ${roff(flags)}`, roff(description), ".RE"])
  return [".TP", `.B ${roff(usageOf(command))}`, roff(command.description()), ...own, ...visible.flatMap(entry)]
}
const files = [
  [".TP", ".I $XDG_CONFIG_HOME/moyai/config.json", "URL and token, written by login for its owner alone."],
  [".TP", ".B MOYAI_URL, MOYAI_TOKEN", "come before that file."],
  [".TP", ".B MOYAI_CLUSTER", "the cluster that is meant."],
  [".TP", ".B MOYAI_DATA", "the panel's directory, for admin."],
].flat()
/** The page as roff, made from the tree of commands. */
export function manualOf(program: Command): string {
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .filter((c) => c.name() !== "help")
  return `${[
    '.\\" Made from the tree of commands: moyai manual > cli/man/moyai.1',
    ".TH MOYAI 1",
    ".SH NAME",
    `moyai \\- ${roff(program.description().replace(/^./, (c) => c.toLowerCase()))}`,
    ".SH SYNOPSIS",
    ".B moyai",
    ".I COMMAND",
    "[options] [arguments]",
    ".SH COMMANDS",
    ...commands.flatMap(entry),
    ".SH EXIT STATUS",
    ...Object.entries(exitMeanings).flatMap(([name, text]) => [".TP", `.B ${exits[name as keyof typeof exits]}`, roff(text)]), // its own keys
    ".PP",
    "clustat, clusvcadm, fence_ack_manual, fence_node and fence_tool end as they always did; called by a symbolic link of that name,",
    "moyai is that command.",
    ".SH FILES AND ENVIRONMENT",
    ...files,
  ].join("\n")}\n`
}
