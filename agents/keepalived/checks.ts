import { bad, type Codec, flag, good, list, phrase, placed, presence, seconds, text, whole } from "./codec"
import type { BlockSpec, Entry } from "./spec"

export const is = (field: string, codec: Codec): Entry => ({ kind: "statement", field, codec })
export const timing: Readonly<Record<string, Entry>> = {
  alpha: is("alpha", flag),
  retry: is("retry", whole),
  delay_before_retry: is("delayBeforeRetry", seconds),
  delay_loop: is("delayLoop", seconds),
  warmup: is("warmup", seconds),
}
/** Words of keepalived before 2.0, and newer ones for the same. */
export const oldTiming: Readonly<Record<string, string>> = { nb_get_retry: "retry", nb_sock_retry: "retry" }
const connection: Readonly<Record<string, Entry>> = {
  connect_ip: is("connectIp", text),
  connect_port: is("connectPort", whole),
  bindto: is("bindTo", text),
  bind_if: is("bindInterface", text),
  bind_port: is("bindPort", whole),
  fwmark: is("mark", whole),
  connect_timeout: is("connectTimeout", seconds),
}
const common = { ...timing, log_all_failures: is("logAllFailures", flag) }
const known = new Set<string>()
const statusCodes: Codec = {
  read: (words) => {
    const ranges = words.map((word) => /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(word))
    const wrong = ranges.findIndex((range) => !range)
    if (wrong >= 0 || words.length === 0) return bad(`${words[wrong] ?? "nothing"} is no status code and no range of them`)
    return good(
      ranges.map((range) => ({ from: Number(range?.[1]), to: Number(range?.[2] ?? range?.[1]) })),
      words.length,
    )
  },
  write: (value) =>
    Array.isArray(value)
      ? value.map(({ from, to }: { from: number; to: number }) => (from === to ? `${from}` : `${from}-${to}`)).join(" ")
      : undefined,
}
const url: BlockSpec = {
  entries: {
    path: is("path", text),
    status_code: is("statusCodes", statusCodes),
    digest: is("digest", text),
    virtualhost: is("virtualHost", text),
    regex: is("regex", text),
    regex_no_match: is("regexNoMatch", presence),
    regex_options: is("regexOptions", list),
    regex_min_offset: is("regexMinOffset", whole),
    regex_max_offset: is("regexMaxOffset", whole),
  },
  known: new Set(["regex_stack", "tls_compliant"]),
}
const web: Readonly<Record<string, Entry>> = {
  ...connection,
  ...common,
  http_protocol: is("httpProtocol", text),
  fast_recovery: is("fastRecovery", flag),
  virtualhost: is("virtualHost", text),
  url: { kind: "block", field: "urls", many: true, spec: () => url },
}
const spec = (entries: Readonly<Record<string, Entry>>, more: readonly string[] = []): BlockSpec => ({
  entries,
  also: oldTiming,
  known: new Set([...known, ...more]),
})
const specs: Readonly<Record<string, readonly [string, BlockSpec]>> = {
  TCP_CHECK: ["tcp", spec({ ...connection, ...common })],
  HTTP_GET: ["http", spec(web)],
  SSL_GET: [
    "ssl",
    spec({ ...web, enable_sni: is("enableSni", presence), sni_name: is("sniName", text), tls_compliant: is("tlsCompliant", presence) }),
  ],
  SMTP_CHECK: ["smtp", spec({ ...connection, ...common, helo_name: is("heloName", text) }, ["host"])],
  DNS_CHECK: ["dns", spec({ ...connection, ...common, type: is("type", text), name: is("name", text) })],
  MISC_CHECK: [
    "misc",
    spec({
      misc_path: is("path", text),
      misc_timeout: is("timeout", whole),
      misc_dynamic: is("dynamic", presence),
      user: is("runAs", placed(["user", text], ["group", text])),
      ...common,
    }),
  ],
  PING_CHECK: ["ping", spec({ ...connection, ...common })],
  UDP_CHECK: [
    "udp",
    spec({
      ...connection,
      ...common,
      payload: is("payload", phrase),
      require_reply: is("requireReply", phrase),
      min_reply_length: is("minReplyLength", whole),
      max_reply_length: is("maxReplyLength", whole),
    }),
  ],
}
/** The checks of a real server, in the order in which they stand. BFD_CHECK and FILE_CHECK are kept as they are. */
export const checks: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.entries(specs).map(([keyword, [tag, block]]): [string, Entry] => [
    keyword,
    { kind: "block", field: "checks", many: true, tag, spec: () => block },
  ]),
)
export const otherChecks = ["BFD_CHECK", "FILE_CHECK"]
