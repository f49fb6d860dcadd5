import type { FileSeen, Rehearsed } from "../../lib/domain/rehearsal"
import type { CommandResult } from "../../lib/node/session"
import { sh } from "../../lib/node/sh"
import { lineOf } from "../agent-line"
import type { Fact } from "../contract"
import { agentCommand } from "./operations"
import { isAddressAgent, type OcfResource } from "./schema"

const FILES_MAX = 500
/** Of what is larger only the size is compared. */
const FILE_MAX_KIB = 1_024
const TIMEOUT_MS = 20_000
const DAY_MS = 86_400_000

// Looks only. `what` says which program it is about; the paths that follow are parameters of the agent that may be files.
// Package managers know a file by one of its names: /usr/lib/… and /lib/… are the same on most systems.
// Folders that many packages share are not compared as a whole: only the owning package's own files in them.
// A name with a line break or tab would look like two files, or like another line of the answer: it is told as not read.
const SCRIPT = `
export LC_ALL=C
what=$1 name=$2 nic=$3; shift 3
clean() { tr '\\000-\\037\\177' '?'; }
configuration() {
  while read -r path _; do
    case $path in /etc/?*) rest=\${path#/etc/} ;; *) continue ;; esac
    case $rest in
      init.d/*|default/*|sysconfig/*|logrotate.d/*|cron.*|ufw/*|apparmor.d/*|network/*|ppp/*|resolvconf/*|rsyslog.d/*|insserv*|pam.d/*|systemd/*|sudoers.d/*|bash_completion.d/*|sysctl.d/*) echo "$path" ;;
      */*) echo "/etc/\${rest%%/*}" ;;
      *) echo "$path" ;;
    esac
  done | sort -u
}
dirs= binary=
case $what in
  unit)
    systemctl show -p LoadState,FragmentPath,UnitFileState -- "$name"
    file=$(systemctl show -p FragmentPath --value -- "$name")
    dirs=$(for path in $file $(systemctl show -p DropInPaths --value -- "$name"); do case $path in /etc/*) echo "$path" ;; esac; done)
    binaries=$(systemctl show -p ExecStart --value -- "$name" | sed -n 's/^{ path=\\(.*\\) ; argv\\[\\]=.*/\\1/p')
    binary=$(printf '%s\\n' "$binaries" | head -n 1)
    printf '%s\\n' "$binaries" | while IFS= read -r path; do
      [ -n "$path" ] && ! command -v "$path" >/dev/null 2>&1 && printf 'NoProgram=%s\\n' "$(printf %s "$path" | clean)"
    done ;;
  *) file=$name; [ -f "$file" ] && [ -x "$file" ] && echo Executable=yes ;;
esac
[ -n "$nic" ] && [ ! -e "/sys/class/net/$nic" ] && printf 'NoNic=%s\\n' "$nic"
for file in "$file" "$binary"; do
  [ -n "$file" ] && [ -e "$file" ] || continue
  if command -v dpkg-query >/dev/null 2>&1; then
    pkg=$(dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "\${file#/usr}" 2>/dev/null || dpkg-query -S "/usr$file" 2>/dev/null)
    pkg=$(echo "$pkg" | grep -v '^diversion ' | sed -n '1s/:.*//p' | sed 's/,.*//')
    [ -n "$pkg" ] || continue
    dpkg-query -W -f='Package=\${Package} \${Version}\\n' "$pkg" 2>/dev/null
    dirs="$dirs
$(dpkg-query -W -f='\${Conffiles}\\n' "$pkg" 2>/dev/null | configuration)"
    break
  elif command -v rpm >/dev/null 2>&1; then
    rpm -qf "$file" >/dev/null 2>&1 || continue
    rpm -qf --qf 'Package=%{NAME} %{VERSION}-%{RELEASE}\\n' "$file" 2>/dev/null | head -n 1
    dirs="$dirs
$(rpm -qfc "$file" 2>/dev/null | configuration)"
    break
  fi
done
for path do
  case $path in /*) ;; *) continue ;; esac
  [ -d "$path" ] && printf 'Directory=%s\\n' "$path"
  [ -b "$path" ] && printf 'Device=%s\\n' "$path"
  [ -f "$path" ] && dirs="$dirs
$path"
done
dirs=$(printf '%s\\n' "$dirs" | while IFS= read -r dir; do
  [ -n "$dir" ] && { [ -e "$dir" ] || [ -L "$dir" ]; } && printf '%s\\n' "$dir"
done | sort -u)
printf '%s\\n' "$dirs" | while IFS= read -r dir; do
  [ -n "$dir" ] && [ -n "$(find "$dir" -path '*[[:cntrl:]]*' -print -quit 2>&1)" ] && printf 'Unread=%s\\n' "$dir"
done
printf '%s\\n' "$dirs" | while IFS= read -r dir; do
  [ -n "$dir" ] && find "$dir" ! -path '*[[:cntrl:]]*' \\( -type f -o -type l \\) 2>/dev/null
done | sort -u | head -n ${FILES_MAX + 1} | while IFS= read -r path; do
  if [ -L "$path" ]; then printf 'Link=- %s\\t%s\\n' "$(readlink -n "$path" | clean)" "$path"
  elif [ -n "$(find "$path" -prune -size +${FILE_MAX_KIB}k 2>/dev/null)" ]; then printf 'File=%s\\t%s\\n' "$(stat -c 'size:%s %a:%U:%G' "$path" 2>/dev/null)" "$path"
  else printf 'File=%s %s\\t%s\\n' "$( { sha256sum <"$path"; } 2>/dev/null | cut -c1-64)" "$(stat -c '%a:%U:%G' "$path" 2>/dev/null)" "$path"; fi
done
echo Done=yes`

const valuesOf = (lines: readonly string[], key: string): readonly string[] =>
  lines.flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))
/** "<digest> <mode or target>\t<path>"; undefined for a file that the node could not read, or whose name is no text. */
function fileOf(line: string, kind: FileSeen["kind"]): readonly [path: string, FileSeen | undefined] {
  const [, digest = "", about = "", path = ""] = /^(\S*) ([^\t]*)\t(\/[^\t]*)$/.exec(line) ?? []
  if (path === "") throw new Error("the look at its files named one in a way that is not understood")
  const isRead = !path.includes("\uFFFD") && (kind === "link" || /^(?:[0-9a-f]{64}|size:\d+)$/.test(digest))
  return [path, isRead ? (kind === "link" ? { kind, digest: about, mode: "" } : { kind, digest, mode: about }) : undefined]
}
/** @throws Error when the node did not come to the end of it, or named a file twice or in no known way. */
export function parseRehearsal({ stdout, stderr, exitCode }: CommandResult): Rehearsed {
  const lines = stdout.split("\n")
  if (lines.at(-2) !== "Done=yes") throw new Error(`the look at its files ended with exit code ${exitCode}: ${lineOf(stderr)}`)
  const one = (key: string) => valuesOf(lines, key)[0]
  const named = [...valuesOf(lines, "File").map((l) => fileOf(l, "file")), ...valuesOf(lines, "Link").map((l) => fileOf(l, "link"))]
  const files = named.flatMap(([path, file]) => (file ? [[path, file] as const] : []))
  const unread = named.flatMap(([path, file]) => (file ? [] : [lineOf(path)]))
  if (new Set(files.map(([path]) => path)).size < files.length) throw new Error("the look at its files named one of them twice")
  const [name, version] = one("Package")?.split(" ") ?? []
  return {
    isThere: one("LoadState") === "loaded" || one("Executable") === "yes",
    package: name === undefined || version === undefined ? null : { name, version },
    startsAtBoot: one("UnitFileState") === "enabled" || one("UnitFileState") === "enabled-runtime",
    files: Object.fromEntries(files.slice(0, FILES_MAX)),
    isCut: named.length > FILES_MAX,
    unread: [...valuesOf(lines, "Unread"), ...unread],
    directories: valuesOf(lines, "Directory"),
    devices: valuesOf(lines, "Device"),
    missingPrograms: valuesOf(lines, "NoProgram"),
    missingNic: one("NoNic") ?? null,
  }
}
const programOf = (resource: OcfResource): readonly [what: string, name: string] => {
  if (resource.class === "systemd") return ["unit", resource.unit]
  return ["file", resource.class === "lsb" ? resource.script : `/usr/lib/ocf/resource.d/${resource.provider}/${resource.agent}`]
}
/** What a node has of everything that this resource would need there: program, package, configuration, mount point. */
export const rehearse = (resource: OcfResource): Fact<Rehearsed> => {
  const [what, name] = programOf(resource)
  const params = resource.class === "ocf" ? resource.params : {}
  const paths = Object.values(params).filter((value) => value.startsWith("/"))
  const nic = resource.class === "ocf" && isAddressAgent(resource.agent) ? (params.nic ?? "") : ""
  return {
    name: `ocf.rehearsal:${resource.name}`,
    command: sh`sh -c ${SCRIPT} moyai-rehearsal ${what} ${name} ${nic} ${paths}`,
    parse: parseRehearsal,
    everyMs: DAY_MS,
    timeoutMs: TIMEOUT_MS,
  }
}

/** OCF_ERR_UNIMPLEMENTED */
const NOT_IMPLEMENTED = 3
export type Validation = { readonly verdict: "ok" | "failed" | "notSupported"; readonly detail: string }
/** The agent's own reason, else the last line that it said. */
const reasonOf = ({ stderr, stdout }: CommandResult): string => {
  const text = (stderr.trim() === "" ? stdout : stderr).trimEnd()
  return lineOf(/ocf-exit-reason:([^\n]*)/.exec(text)?.[1] ?? text.slice(-4_096).split("\n").at(-1) ?? "")
}
/** The agent's own word on its parameters (OCF validate-all); undefined for what has no agent. */
export const validate = (resource: OcfResource): Fact<Validation> | undefined =>
  resource.class !== "ocf"
    ? undefined
    : {
        name: `ocf.validate:${resource.name}`,
        command: agentCommand(resource, "validate-all"),
        parse: (result) => ({
          verdict: result.exitCode === 0 ? "ok" : result.exitCode === NOT_IMPLEMENTED ? "notSupported" : "failed",
          detail: reasonOf(result),
        }),
        everyMs: DAY_MS,
        timeoutMs: TIMEOUT_MS,
      }
