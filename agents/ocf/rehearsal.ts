import type { FileSeen, Rehearsed } from "../../lib/domain/rehearsal"
import type { CommandResult } from "../../lib/node/session"
import { sh } from "../../lib/node/sh"
import type { Fact } from "../contract"
import { agentCommand } from "./operations"
import { lineOf } from "./parse"
import type { OcfResource } from "./schema"

const FILES_MAX = 500
const TIMEOUT_MS = 20_000
const DAY_MS = 86_400_000

// Looks only. `what` says which program it is about; the paths that follow are parameters of the agent that may be files.
// Package managers know a file by one of its names: /usr/lib/… and /lib/… are the same on most systems.
const SCRIPT = `
what=$1 name=$2; shift 2
case $what in
  unit)
    systemctl show -p LoadState,FragmentPath,UnitFileState -- "$name"
    file=$(systemctl show -p FragmentPath --value -- "$name") ;;
  *) file=$name; [ -x "$file" ] && echo Executable=yes ;;
esac
pkg=
if [ -n "$file" ] && [ -e "$file" ]; then
  if command -v dpkg-query >/dev/null 2>&1; then
    pkg=$(dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "\${file#/usr}" 2>/dev/null || dpkg-query -S "/usr$file" 2>/dev/null)
    pkg=$(echo "$pkg" | sed -n '1s/:.*//p' | sed 's/,.*//')
    [ -n "$pkg" ] && dpkg-query -W -f='Package=\${Package} \${Version}\\n' "$pkg" 2>/dev/null
    dirs=$(dpkg-query -W -f='\${Conffiles}\\n' "$pkg" 2>/dev/null | sed -n 's|^ *\\(/etc/[^/ ]*\\)/.*|\\1|p' | sort -u | grep -vx -e /etc/init.d -e /etc/default -e /etc/logrotate.d -e /etc/cron.d -e /etc/cron.daily -e /etc/ufw -e /etc/apparmor.d -e /etc/network -e /etc/ppp -e /etc/resolvconf -e /etc/rsyslog.d -e /etc/insserv.conf.d)
  elif command -v rpm >/dev/null 2>&1; then
    rpm -qf --qf 'Package=%{NAME} %{VERSION}-%{RELEASE}\\n' "$file" 2>/dev/null | grep '^Package=' | head -n 1
    dirs=$(rpm -qfc "$file" 2>/dev/null | sed -n 's|^\\(/etc/[^/]*\\)/.*|\\1|p' | sort -u | grep -vx -e /etc/sysconfig -e /etc/logrotate.d)
  fi
fi
for path do
  case $path in /*) ;; *) continue ;; esac
  [ -d "$path" ] && echo "Directory=$path"
  [ -b "$path" ] && echo "Device=$path"
  [ -f "$path" ] && dirs="$dirs
$path"
done
printf '%s\\n' "$dirs" | while IFS= read -r dir; do
  [ -n "$dir" ] && find "$dir" \\( -type f -size -1025k -o -type l \\) 2>/dev/null
done | LC_ALL=C sort -u | head -n ${FILES_MAX + 1} | while IFS= read -r path; do
  if [ -L "$path" ]; then printf 'Link=%s %s\\t%s\\n' - "$(readlink "$path")" "$path"
  else printf 'File=%s %s\\t%s\\n' "$(sha256sum <"$path" 2>/dev/null | cut -c1-64)" "$(stat -c '%a:%U:%G' "$path" 2>/dev/null)" "$path"; fi
done
echo Done=yes`

const valuesOf = (lines: readonly string[], key: string): readonly string[] =>
  lines.flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))
/** "<digest> <mode or target>\t<path>"; a line that is not of this shape is left out: it came from a file name with a line break. */
function fileOf(line: string, kind: FileSeen["kind"]): readonly (readonly [string, FileSeen])[] {
  const [, digest = "", about = "", path = ""] = /^(\S+) ([^\t]*)\t(\/.*)$/.exec(line) ?? []
  return path === "" ? [] : [[path, kind === "link" ? { kind, digest: about, mode: "" } : { kind, digest, mode: about }]]
}
/** @throws Error when the node did not come to the end of it. */
export function parseRehearsal({ stdout, stderr, exitCode }: CommandResult): Rehearsed {
  const lines = stdout.split("\n")
  if (!lines.includes("Done=yes")) throw new Error(`the look at its files ended with exit code ${exitCode}: ${lineOf(stderr)}`)
  const one = (key: string) => valuesOf(lines, key)[0]
  const files = [...valuesOf(lines, "File").flatMap((l) => fileOf(l, "file")), ...valuesOf(lines, "Link").flatMap((l) => fileOf(l, "link"))]
  const [name, version] = one("Package")?.split(" ") ?? []
  return {
    isThere: one("LoadState") === "loaded" || one("Executable") === "yes",
    package: name === undefined || version === undefined ? null : { name, version },
    startsAtBoot: one("UnitFileState") === "enabled" || one("UnitFileState") === "enabled-runtime",
    files: Object.fromEntries(files.slice(0, FILES_MAX)),
    isCut: files.length > FILES_MAX,
    directories: valuesOf(lines, "Directory"),
    devices: valuesOf(lines, "Device"),
  }
}
const programOf = (resource: OcfResource): readonly [what: string, name: string] => {
  if (resource.class === "systemd") return ["unit", resource.unit]
  return ["file", resource.class === "lsb" ? resource.script : `/usr/lib/ocf/resource.d/${resource.provider}/${resource.agent}`]
}
/** What a node has of everything that this resource would need there: program, package, configuration, mount point. */
export const rehearse = (resource: OcfResource): Fact<Rehearsed> => {
  const [what, name] = programOf(resource)
  const paths = resource.class === "ocf" ? Object.values(resource.params).filter((value) => value.startsWith("/")) : []
  return {
    name: `ocf.rehearsal:${resource.name}`,
    command: sh`sh -c ${SCRIPT} moyai-rehearsal ${what} ${name} ${paths}`,
    parse: parseRehearsal,
    everyMs: DAY_MS,
    timeoutMs: TIMEOUT_MS,
  }
}

export type Validation = { readonly verdict: "ok" | "failed" | "notSupported"; readonly detail: string }
/** The agent's own word on its parameters (OCF validate-all); undefined for what has no agent. */
export const validate = (resource: OcfResource): Fact<Validation> | undefined =>
  resource.class !== "ocf"
    ? undefined
    : {
        name: `ocf.validate:${resource.name}`,
        command: agentCommand(resource, "validate-all"),
        parse: ({ exitCode, stderr, stdout }) => ({
          verdict: exitCode === 0 ? "ok" : exitCode === 3 ? "notSupported" : "failed",
          detail: lineOf(stderr || stdout),
        }),
        everyMs: DAY_MS,
        timeoutMs: TIMEOUT_MS,
      }
