import { createHash } from "node:crypto"
import { type CommandResult, OutcomeUnknown, type PutFile, type PutResult, type RunOptions } from "./session"
import { reading, type Sh, sh } from "./sh"

// The temporary file stands beside the target, so that the rename is one; mktemp makes it 0600 and never follows a link.
// stdin is counted and hashed: a link cut half-way looks like its end.
const PUT = `
target=$1 mode=$2 sum=$3; shift 3
hash() { sha256sum -- "$1" | cut -d" " -f1; }
if [ -f "$target" ] && [ "$(hash "$target")" = "$sum" ]; then cat >/dev/null; echo "put unchanged"; exit 0; fi
umask 077
tmp=$(mktemp -- "$target.moyai.XXXXXX") || exit 73
trap 'rm -f -- "$tmp"' EXIT
trap 'exit 74' HUP INT TERM
cat >"$tmp"
[ "$(hash "$tmp")" = "$sum" ] || { echo "put short" ; exit 0; }
if [ $# -gt 0 ]; then "$@" "$tmp" >"$tmp.out" 2>"$tmp.err"; c=$?
  if [ $c -ne 0 ]; then echo "put refused $c"; cat "$tmp.out"; cat "$tmp.err" >&2; rm -f -- "$tmp.out" "$tmp.err"; exit 0; fi
  rm -f -- "$tmp.out" "$tmp.err"; fi
kept=
if [ -e "$target" ]; then chown --reference="$target" -- "$tmp"; kept="$target.moyai-$(date -u +%Y%m%dT%H%M%SZ).$$"; cp -p -- "$target" "$kept" || exit 73; fi
chmod "$mode" -- "$tmp" && mv -T -- "$tmp" "$target" || exit 73
sync -- "$target" 2>/dev/null
echo "put written $kept"`

/** @throws OutcomeUnknown as `run` does, and when the node gave no clear answer. */
export async function putBy(
  run: (command: Sh, options: RunOptions) => Promise<CommandResult>,
  node: string,
  file: PutFile,
): Promise<PutResult> {
  const sha256 = createHash("sha256").update(file.content).digest("hex")
  const check = file.check?.argv ?? []
  const command = sh`sh -c ${PUT} moyai-put ${file.path} ${file.mode.toString(8)} ${sha256} ${check}`
  const { stdout, stderr, exitCode } = await run(reading(command, file.content), { timeoutMs: file.timeoutMs })
  const [, state, rest = "", output = ""] = stdout.match(/^put (unchanged|written|refused|short) ?([^\n]*)\n([^]*)$/) ?? []
  if (state === "unchanged") return { state, sha256 }
  if (state === "written") return rest === "" ? { state, sha256 } : { state, sha256, keptAs: rest }
  if (state === "refused") return { state, exitCode: Number(rest), stdout: output, stderr }
  throw new OutcomeUnknown(
    `${file.path} on ${node} was not written: ${state === "short" ? "it was cut short on the way" : `exit code ${exitCode} ${stderr.trim()}`}`,
  )
}
