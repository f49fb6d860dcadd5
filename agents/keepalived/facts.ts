import type { KeepalivedService } from "../../lib/domain/balancer-live"
import { reading, secret, sh } from "../../lib/node/sh"
import type { Fact } from "../contract"
import { IPVS_TABLE } from "../ipvs-table"
import {
  CONFIG_MAX,
  type Loaded,
  parseActive,
  parseAddresses,
  parseConfig,
  parseEnabled,
  parseFaults,
  parseLoaded,
  parseService,
  parseSha256,
  parseTest,
  parseVersion,
} from "./parse-facts"
import type { ConfigTest, KeepalivedConfig } from "./schema"
import { withoutSecrets } from "./secrets"

export const FOLDER = "/etc/keepalived"
export const FILE = `${FOLDER}/keepalived.conf`
/** Of the file that the daemon was told to read, and of its process: one that was started anew, or by somebody else, has read what is there. */
export const MARK = "/run/moyai-keepalived"
const PATHS = "PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; TZ=UTC; export PATH LC_ALL TZ"

// Every second, so two programs and no more: systemctl and `keepalived --version` cost three times all the rest (measured on an emulated
// director). The unit's cgroup has its processes, of either version of cgroups; systemctl is asked where there are none, for what it says then.
const SERVICE = `
${PATHS}
command -v keepalived >/dev/null && echo moyai.installed
name=
for group in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
  { read -r pid <"$group/system.slice/keepalived.service/cgroup.procs" && read -r name <"/proc/$pid/comm"; } 2>/dev/null && break
done
if [ "$name" = keepalived ]; then echo ActiveState=active; else systemctl show -p ActiveState keepalived.service 2>/dev/null; fi
# Masked is a link to /dev/null, whatever links are left.
for link in /etc/systemd/system/*.wants/keepalived.service /etc/systemd/system/*.requires/keepalived.service; do
  [ -L "$link" ] && [ ! -c /etc/systemd/system/keepalived.service ] && echo moyai.enabled && break
done
[ ! -r "$1" ] || echo "sha256=$(sha256sum <"$1")"
ip -o addr
echo moyai.end`
const VERSION = `
${PATHS}
keepalived --version 2>&1 | head -n 1
echo moyai.end`
const LOADED = `
${PATHS}
systemctl show -p ActiveState -p MainPID keepalived.service
mark=
[ ! -r "$1" ] || read -r mark <"$1"
echo "mark=$mark"
${IPVS_TABLE}
echo moyai.end`
const SHOW = `
${PATHS}
systemctl show -p "$1" keepalived.service
echo moyai.end`
const SHA256 = `
[ ! -r "$1" ] || sha256sum <"$1"
echo moyai.end`
const ADDRESSES = `
${PATHS}
ip -o addr
echo moyai.end`
/** A function in parentheses has variables of its own. keepalived looks for relative names beside the file that includes them. */
const READ = `
folder=$1 max=$2
IFS='
'
show() {
  printf 'file %s\\n' "$1"
  sed 's/^/|/' "$2" && echo
}
walk() (
  name=$1 depth=$2
  show "$name" "\${name##*/}"
  [ "$depth" -lt 4 ] || exit 0
  for pattern in $(sed -n "s/^[[:blank:]]*include[[:blank:]][[:blank:]]*//p" "\${name##*/}" | sed "s/[[:blank:]]*[#!].*//; s/[[:blank:]]*$//; s/^['\\"]//; s/['\\"]$//"); do
    for one in $pattern; do
      case $one in *.moyai-*) continue ;; esac
      [ -f "$one" ] && [ -r "$one" ] && ( there=\${one%/*}; [ "$there" = "$one" ] || cd -- "$there" || exit; walk "$one" $((depth + 1)) )
    done
  done
)
{
  cd "$folder" 2>/dev/null && [ -r keepalived.conf ] && walk keepalived.conf 0
  echo moyai.end
} | head -c "$max"`
// Of many lines a checker's are most; what is older is not known, and then not told.
const FAULTS = `
${PATHS}
journalctl -u keepalived.service -o cat --no-pager -n 5000 2>/dev/null | grep -iE "entering (master|backup|fault) state" | tail -n 500
echo moyai.end`
/**
 * What keepalived says of the file $1 by its own test, in $said, and its exit in $code. After a script that is run as another user than
 * root 2.2.7 takes whoever started the test for a dead parent and ends itself by SIGTERM (seen by strace: prctl, getppid, kill): as the
 * first process of a namespace it has no parent to miss.
 */
export const SELF_TEST = `
{ said=$(keepalived -t -f "$1" 2>&1 </dev/null); code=$?; } 2>/dev/null
[ $code -ne 143 ] || { said=$(unshare -fp keepalived -t -f "$1" 2>&1 </dev/null); code=$?; }`
/** Beside the real one, for its relative includes; a file that is not there would be exit code 0. */
const TEST = `
PATH=$PATH:/usr/sbin:/sbin
command -v keepalived >/dev/null || { echo "keepalived is not installed" >&2; exit 127; }
umask 077
tmp=$(mktemp "$1.moyai-XXXXXXXX") || exit 73
trap 'rm -f "$tmp"' EXIT
trap 'exit 74' HUP INT TERM
cat >"$tmp" || exit 73
set -- "$tmp"
${SELF_TEST}
printf '%s\\n' "$said" | head -c 65536 | sed "s|$tmp|keepalived.conf|g"
exit $code`

const SECOND_MS = 1_000
/** Fact `keepalived.service`. */
export const service: Fact<KeepalivedService> = {
  name: "keepalived.service",
  command: sh`sh -c ${SERVICE} moyai-keepalived ${FILE}`,
  parse: parseService,
  everyMs: SECOND_MS,
}
/** Fact `keepalived.version`: null where it is not installed, or does not say. */
export const version: Fact<string | null> = {
  name: "keepalived.version",
  command: sh`sh -c ${VERSION} moyai-keepalived-version`,
  parse: parseVersion,
  everyMs: 60_000,
}
const asked = <T>(name: string, command: Fact["command"], parse: Fact<T>["parse"]): Fact<T> => ({
  name: `keepalived.${name}`,
  command,
  parse,
  everyMs: SECOND_MS,
})
export const loaded: Fact<Loaded> = asked("loaded", sh`sh -c ${LOADED} moyai-keepalived-loaded ${MARK}`, parseLoaded)
export const fileSha256: Fact<string | null> = asked("file", sh`sh -c ${SHA256} moyai-keepalived-file ${FILE}`, parseSha256)
export const activeState: Fact<string> = asked("active", sh`sh -c ${SHOW} moyai-keepalived-show ActiveState`, parseActive)
export const enabledState: Fact<boolean> = asked("enabled", sh`sh -c ${SHOW} moyai-keepalived-show UnitFileState`, parseEnabled)
export const addresses: Fact<ReturnType<typeof parseAddresses>> = asked(
  "addresses",
  sh`sh -c ${ADDRESSES} moyai-keepalived-addresses`,
  parseAddresses,
)

/** On demand: the instances of VRRP that keepalived said last of that they are in FAULT, which nothing else shows. */
export const readFaults: Fact<readonly string[]> = {
  ...asked("faults", sh`sh -c ${FAULTS} moyai-keepalived-faults`, parseFaults),
  timeoutMs: 10_000,
}

/** On demand: the file with what it includes, up to 4 MiB. It holds secrets: nobody logs it. */
export const readConfig = (): Fact<KeepalivedConfig> => ({
  ...asked("config", sh`sh -c ${READ} moyai-keepalived-read ${FOLDER} ${CONFIG_MAX}`, parseConfig),
  ...{ timeoutMs: 20_000, outputMaxBytes: CONFIG_MAX },
})
/** On demand, by what it reads: `keepalived -t` on the director, beside the real file, which stays as it is. */
export const testConfig = (text: string): Fact<ConfigTest> => {
  const clean = withoutSecrets(text)
  return {
    ...asked("test", reading(sh`sh -c ${TEST} moyai-keepalived-test ${FILE}`, secret(text)), (result) =>
      parseTest({ ...result, stdout: clean(result.stdout), stderr: clean(result.stderr) }),
    ),
    timeoutMs: 30_000,
  }
}
