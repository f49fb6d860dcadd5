import { canonical, withPort } from "../../lib/domain/balancer-address"
import type { WhoAnswers } from "../../lib/domain/balancer-view"
import type { CommandResult } from "../../lib/node/session"
import { sh } from "../../lib/node/sh"
import { lineOf } from "../agent-line"
import type { Fact } from "../contract"
import { addressesIn } from "./parse-facts"

/** Eight at once, 2 s each (3 s where somebody has to speak first): a hundred are done within a minute. A new connection for each. */
const ASK = `
PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL
umask 077
work=$(mktemp -d) || exit 73
trap 'rm -rf "$work"' EXIT
trap 'exit 74' HUP INT TERM
scheme=$1 address=$2 port=$3 n=$4 host=$5 path=$6 url=$7
need() {
  for tool; do
    command -v "$tool" >/dev/null 2>&1 || { echo "$tool is not installed on this node" >&2; exit 127; }
  done
}
case $scheme in tcp) need bash timeout dd ;; *) need curl ;; esac
ask() {
  case $scheme in
  tcp)
    timeout -k 1 3 bash -c '
      exec 3<>"/dev/tcp/$0/$1" || exit 1
      : >"$2"
      exec timeout 1 dd bs=80 count=1 of="$2" <&3' "$address" "$port" "$work/$1.body"
    [ -e "$work/$1.body" ] && : >"$work/$1.ok"
    ;;
  *)
    curl -q -sS -g -k --http1.1 --no-alpn --noproxy '*' --max-time 2 -H "$host" -H 'Connection: close' -D "$work/$1.head" \\
      --request-target "$path" "$url" | head -c 4096 >"$work/$1.body"
    [ ! -s "$work/$1.head" ] || : >"$work/$1.ok"
    ;;
  esac
}
i=0
while [ "$i" -lt "$n" ]; do
  i=$((i + 1))
  ask "$i" >/dev/null 2>&1 &
  [ $((i % 8)) != 0 ] || wait
done
wait
echo moyai.addresses
ip -o addr
i=0
while [ "$i" -lt "$n" ]; do
  i=$((i + 1))
  if [ ! -e "$work/$i.ok" ]; then echo moyai.failed; continue; fi
  echo moyai.answer
  if [ -e "$work/$i.head" ]; then head -c 4096 "$work/$i.head" | tr -d '\\000' | sed 's/^/</'; echo; fi
  if [ -e "$work/$i.body" ]; then tr -d '\\000' <"$work/$i.body" | sed 's/^/|/'; echo; fi
done
echo moyai.end`

export type WhoAsked = {
  readonly scheme: "http" | "https" | "tcp"
  /** Of the virtual server. */
  readonly address: string
  readonly port: number
  /** Of HTTP; absent: the address. */
  readonly virtualHost: string | undefined
  readonly path: string
  /** 1 to 100. */
  readonly requests: number
}
export type WhoSaid = Pick<WhoAnswers, "asked" | "failed" | "answers">

const WHO_MAX = 80
const cut = (line: string): string => lineOf(line).slice(0, WHO_MAX)
/** The server's own word for itself, else the first line that it says, else its status line. */
function whoIn(lines: readonly string[]): string {
  const head = lines.flatMap((line) => (line.startsWith("<") ? [line.slice(1)] : []))
  const body = lines.flatMap((line) => (line.startsWith("|") ? [line.slice(1)] : []))
  const served = head.map((line) => /^x-served-by:(.*)$/i.exec(line)?.[1] ?? "").find((one) => cut(one) !== "")
  return cut(served ?? body.find((line) => cut(line) !== "") ?? head[0] ?? "")
}
/** An address of the asking node in what the server says: it has seen where the question came from. */
function clientIn(lines: readonly string[], own: ReadonlySet<string>): string | null {
  const body = lines.filter((line) => line.startsWith("|")).join("\n")
  const words = (body.match(/[0-9a-f.:]{3,60}/gi) ?? []).map((word) => word.toLowerCase().replace(/^(?:\.|:(?!:))+|(?:\.|(?<!:):)+$/g, ""))
  const spellings = words.flatMap((word) => [word, word.replace(/:\d+$/, "")])
  return spellings.map((word) => canonical(word.replace(/^::ffff:(?=.*\.)/, ""))).find((word) => own.has(word)) ?? null
}
function parseWho({ requests, address }: WhoAsked, { exitCode, stdout, stderr, truncated }: CommandResult): WhoSaid {
  if (truncated || !/(?:^|\n)moyai\.end\n$/.test(stdout)) throw new Error(lineOf(stderr) || `the requests ended with exit code ${exitCode}`)
  const [addresses = "", ...answers] = stdout.split(/^moyai\.(?=answer$|failed$|end$)/m)
  const own = new Set(addressesIn(addresses).map((one) => one.address))
  own.delete(canonical(address))
  const heard = answers.filter((one) => one.startsWith("answer\n")).map((one) => one.split(/\r?\n/).slice(1))
  const counted = new Map<string, WhoSaid["answers"][number]>()
  for (const lines of heard) {
    const who = whoIn(lines)
    const clientSeen = clientIn(lines, own)
    const before = counted.get(who)
    counted.set(who, { who, n: (before?.n ?? 0) + 1, clientSeen: before?.clientSeen ?? clientSeen })
  }
  return { asked: requests, failed: requests - heard.length, answers: [...counted.values()].toSorted((a, b) => b.n - a.n) }
}
const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 }
/**
 * Fact `keepalived.whoAnswers`: so many requests from a node to a virtual server, each on a connection of its own, and who answered them.
 * It throws what is missing on the node.
 */
export const whoAnswers = (asked: WhoAsked): Fact<WhoSaid> => {
  const { scheme, address, port, requests, virtualHost, path } = asked
  const url = `${scheme}://${withPort(address, port)}/`
  const host = virtualHost ?? withPort(address, port === defaultPorts[scheme] ? undefined : port)
  return {
    name: "keepalived.whoAnswers",
    command: sh`sh -c ${ASK} moyai-who-answers ${scheme} ${address} ${port} ${requests} ${`Host: ${host}`} ${path} ${url}`,
    parse: (result) => parseWho(asked, result),
    everyMs: 1_000,
    timeoutMs: 60_000,
  }
}
