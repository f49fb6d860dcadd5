import { randomBytes } from "node:crypto"
import { type Sh, sh, stdinOf, textOf } from "./sh"

/**
 * The one door. The login shell (sh, bash, csh, fish), sudo and their logs see this constant line and nothing of ours;
 * its first line of stdin loads the rest. `read` takes byte by byte what is no file, so that nothing of the command's input is eaten,
 * which `head -c` of busybox would do.
 */
export const execLine = (sudo: boolean): string => `exec ${sudo ? "sudo -n " : ""}sh -c 'IFS= read -r c && eval "$c"'`
export const isExecLine = (line: string): boolean => line === execLine(true) || line === execLine(false)

export const newNonce = (): string => `moyai-${randomBytes(16).toString("hex")}`

// Takes lines up to the nonce: a link that is cut on the way runs nothing. A shell begins with IFS as blank, tab and newline.
const load = (nonce: string) =>
  `n=\${IFS#??};t=;while IFS= read -r l;do case $l in ${nonce})break;;esac;t=$t$l$n;done;case $l in ${nonce})eval "$t";;*)exit 75;;esac`
const LOAD = /^n=\$\{IFS#\?\?\};t=;while.*case \$l in (moyai-[0-9a-f]{32})\)eval "\$t"/

/**
 * The mark at which the answer begins, on both outputs: whatever a login shell's rc files print comes before it.
 * It tells the process group, field 5 of proc(5) stat (under sudo it is not the own pid), for an abort:
 * sshd refuses signals for root (stack.md §5). Tools speak English, and the ones in sbin are found.
 */
const hello = (
  nonce: string,
) => `read -r s </proc/$$/stat; set -- \${s##*) }; printf '\\n%s %s\\n' ${nonce} "$3"; printf '\\n%s\\n' ${nonce} >&2
set --; PATH=\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C; export PATH LC_ALL
`
// Builtins only: a fact costs no process but its own. Its number shows that question and answer belong together.
const loop = (nonce: string) => `${hello(nonce)}k=0 t=
while IFS= read -r l; do case $l in
${nonce}) k=$((k+1)); (eval "$t") </dev/null; printf '\\n%s %s %s\\n' ${nonce} $k $?; printf '\\n%s %s\\n' ${nonce} $k >&2; t=;;
*) t=$t$l$n;; esac; done
`
/** What is sent for one command: how to load it, the command, and then what it reads. */
export const runInput = (nonce: string, command: Sh): Buffer =>
  Buffer.from(`${load(nonce)}\n${hello(nonce)}${textOf(command)}\n${nonce}\n${stdinOf(command)}`)
/** What is sent to begin the shell for facts; each fact is then a frame of its own. */
export const shellInput = (nonce: string): string => `${load(nonce)}\n${loop(nonce)}${nonce}\n`
export const frameOf = (nonce: string, command: Sh): string => `${textOf(command)}\n${nonce}\n`

/** For whoever plays a node: what came so far; undefined while it is not complete. */
export type Asked =
  | { readonly kind: "run"; readonly nonce: string; readonly text: string; readonly rest: Buffer }
  | { readonly kind: "shell"; readonly nonce: string; readonly rest: Buffer }
  | { readonly kind: "foreign" }
export function askedBy(input: Buffer): Asked | undefined {
  const firstEnd = input.indexOf("\n")
  if (firstEnd < 0) return undefined
  const nonce = input.subarray(0, firstEnd).toString().match(LOAD)?.[1]
  if (nonce === undefined) return { kind: "foreign" }
  const end = input.indexOf(`\n${nonce}\n`, firstEnd)
  if (end < 0) return undefined
  const program = input.subarray(firstEnd + 1, end + 1).toString()
  const rest = input.subarray(end + nonce.length + 2)
  if (program === loop(nonce)) return { kind: "shell", nonce, rest }
  if (program.startsWith(hello(nonce))) return { kind: "run", nonce, text: program.slice(hello(nonce).length, -1), rest }
  return { kind: "foreign" }
}
/** How such an answer begins. */
export const helloMark = (nonce: string, group: number): { readonly stdout: string; readonly stderr: string } => ({
  stdout: `\n${nonce} ${group}\n`,
  stderr: `\n${nonce}\n`,
})

// dash knows `kill -s TERM -- -group` and no other spelling (stack.md §5).
const END = `
kill -s "$2" -- "-$1" 2>/dev/null || exit 0
[ "$2" = TERM ] || exit 0
i=0; while [ $i -lt 20 ] && kill -s 0 -- "-$1" 2>/dev/null; do i=$((i+1)); sleep 0.1 2>/dev/null || { sleep 1; i=$((i+9)); }; done
kill -s KILL -- "-$1" 2>/dev/null; exit 0`
export type EndSignal = "TERM" | "HUP"
/** Ends a process group: TERM is followed by KILL 2 s later. HUP is what a lost terminal sends, and a claimed command outlives it. */
export const endGroup = (group: number, signal: EndSignal): Sh => ({
  ...sh`sh -c ${END} moyai-end ${group} ${signal}`,
  masked: `kill -s ${signal} -- -${group}`,
})
export const endRequest = ([, , , verb, group, signal]: readonly string[]):
  | { readonly group: number; readonly signal: string }
  | undefined => (verb === "moyai-end" ? { group: Number(group), signal: signal ?? "" } : undefined)
