import { type Sh, stdinOf, textOf, wordsOf } from "./sh"

/**
 * How a command travels: the login shell (sh, bash, csh, fish) sees only a constant line without anything of ours in it,
 * the command's text follows on stdin, and then the command's own input. So no argument reaches sudo's log either.
 * The first line of the answer is the process group, for an abort: sshd refuses signals for root (stack.md §5).
 */
// Its process group, which under sudo is not its own pid: field 5 of proc(5) stat; "(sh)" has no blank.
const GROUP = "read -r a b c d g r </proc/$$/stat; echo moyai-pid $g"

export const execLine = (bytes: number, sudo: boolean): string =>
  `exec ${sudo ? "sudo -n " : ""}sh -c '${GROUP}; eval "$(head -c ${bytes})"'`
const EXEC = /^exec (?:sudo -n )?sh -c '[^']*; eval "\$\(head -c (\d+)\)"'$/

export const commandBytes = (command: Sh): { readonly text: Buffer; readonly stdin: Buffer } => ({
  text: Buffer.from(textOf(command)),
  stdin: Buffer.from(stdinOf(command)),
})
/** For the server side: how many bytes of command follow; undefined for any other line. */
export const execBytes = (line: string): number | undefined => {
  const [, bytes] = line.match(EXEC) ?? []
  return bytes === undefined ? undefined : Number(bytes)
}

/**
 * The persistent shell for facts: builtins only, one frame a command. A frame is "<nonce> <lines>" and so many lines of text;
 * the answer ends with "<nonce> <exit code>" on stdout and "<nonce>" on stderr, each on a line of its own.
 */
export const shellLine = (sudo: boolean): string =>
  `exec ${sudo ? "sudo -n " : ""}sh -c '${GROUP}; while read -r n l; do s=; while [ "$l" -gt 0 ]; do IFS= read -r x; s="$s$x
"; l=$((l-1)); done; (eval "$s") </dev/null; c=$?; printf "\\n%s %d\\n" "$n" $c; printf "\\n%s\\n" "$n" >&2; done'`
export const isShellLine = (line: string): boolean => line === shellLine(true) || line === shellLine(false)

export const frameOf = (nonce: string, command: Sh): string => {
  const text = textOf(command)
  return `${nonce} ${text.split("\n").length}\n${text}\n`
}
/** For the server side: a frame's text back into words. */
export const frameWords = (text: string): readonly string[] => wordsOf(text)

/** Ends a process group: TERM, and KILL when it is still there 2 s later. dash wants the group without "--". */
const endGroup = (pid: number, sudo: boolean): string =>
  `exec ${sudo ? "sudo -n " : ""}sh -c 'kill -s TERM -- -${pid} 2>/dev/null || kill -s TERM ${pid}; i=0; while kill -0 -- -${pid} 2>/dev/null && [ $i -lt 20 ]; do sleep 0.1; i=$((i+1)); done; kill -s KILL -- -${pid} 2>/dev/null; true'`

type Execs = {
  readonly exec: (line: string, done: (error: Error | undefined, channel: { resume: () => unknown } | undefined) => void) => unknown
}
/** Ends a process group over a second channel; when the link is gone, the group is the node's affair. */
export function endRemote(client: Execs, pid: number, sudo: boolean): void {
  try {
    client.exec(endGroup(pid, sudo), (_, channel) => channel?.resume())
  } catch {
    // "Not connected": nobody is left to tell.
  }
}
