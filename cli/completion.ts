import type { Command } from "commander"

type Shell = "bash" | "zsh" | "fish"
type Node = {
  readonly path: readonly string[]
  readonly words: readonly (readonly [string, string])[]
  readonly names: "nodes" | "services" | "balancers" | undefined
}

const listed = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command)
/** What may stand behind each command: subcommands and long options with their texts, and the kind of name its first argument is. */
function nodesOf(command: Command, path: readonly string[] = []): readonly Node[] {
  const subs = listed(command).filter((c) => c.name() !== "help")
  const options = command.options.flatMap((o) => (o.long ? [[o.long, o.description] as const] : []))
  const choices = command.registeredArguments.flatMap((a) => a.argChoices ?? []).map((c) => [c, ""] as const)
  const first = command.registeredArguments[0]?.name()
  const names = first === "service" ? "services" : first === "node" ? "nodes" : first === "balancer" ? "balancers" : undefined
  const words = [...subs.map((c) => [c.name(), c.description()] as const), ...choices, ...options]
  return [{ path, words, names }, ...subs.flatMap((c) => nodesOf(c, [...path, c.name()]))]
}
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const bash = (nodes: readonly Node[]): string => `_moyai() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${nodes
  .filter(({ path }) => path.length > 0)
  .map(({ path }) => `      ${quoted(` ${path.join(" ")}`)}) path=${quoted(` ${path.join(" ")}`)} ;;`)
  .join("\n")}
    esac
  done
  case "$path" in
${nodes
  .map(({ path, words, names }) => {
    const known = words.map(([w]) => w).join(" ")
    const asked = names === undefined ? "" : ` $(moyai names ${names} 2>/dev/null)`
    return `    ${quoted(path.length === 0 ? "" : ` ${path.join(" ")}`)}) COMPREPLY=($(compgen -W "${known}${asked}" -- "$cur")) ;;`
  })
  .join("\n")}
  esac
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _moyai moyai
`
/** zsh speaks bash's completion. */
const zsh = (nodes: readonly Node[]): string => `#compdef moyai\nautoload -U +X bashcompinit && bashcompinit\n${bash(nodes)}`

function fishLines({ path, words, names }: Node, subs: readonly string[]): readonly string[] {
  const seen = path.map((p) => `__fish_seen_subcommand_from ${p}`)
  const notYet = subs.length === 0 ? [] : [`not __fish_seen_subcommand_from ${subs.join(" ")}`]
  const when = path.length === 0 ? "__fish_use_subcommand" : [...seen, ...notYet].join("; and ")
  const at = `complete -c moyai -n ${quoted(when)}`
  return [
    ...words.map(([word, text]) => `${at} ${word.startsWith("--") ? `-l ${word.slice(2)}` : `-f -a ${word}`} -d ${quoted(text)}`),
    ...(names === undefined ? [] : [`${at} -f -a "(moyai names ${names} 2>/dev/null)"`]),
  ]
}
const fish = (nodes: readonly Node[]): string =>
  `${nodes
    .flatMap((n) =>
      fishLines(
        n,
        nodes
          .filter(({ path }) => path.length === n.path.length + 1 && n.path.every((p, i) => path[i] === p))
          .map(({ path }) => path.at(-1) ?? ""),
      ),
    )
    .join("\n")}\n`
const makers = { bash, zsh, fish }
/** A script that the shell evaluates, made from the tree of commands; names of nodes and services are asked of the panel. */
export const completionOf = (program: Command, shell: Shell): string => makers[shell](nodesOf(program))
