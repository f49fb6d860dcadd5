/** Options with a value, and without; long names as ipvsadm 1.31 has them. */
const long: Readonly<Record<string, string>> = {
  "add-service": "-A",
  "edit-service": "-E",
  "delete-service": "-D",
  clear: "-C",
  "add-server": "-a",
  "edit-server": "-e",
  "delete-server": "-d",
  "tcp-service": "-t",
  "udp-service": "-u",
  "sctp-service": "--sctp-service",
  "fwmark-service": "-f",
  scheduler: "-s",
  "sched-flags": "-b",
  persistent: "-p",
  netmask: "-M",
  pe: "--pe",
  ops: "-o",
  ipv6: "-6",
  "real-server": "-r",
  gatewaying: "-g",
  ipip: "-i",
  masquerading: "-m",
  weight: "-w",
  "u-threshold": "-x",
  "l-threshold": "-y",
  "tun-type": "--tun-type",
  "tun-port": "--tun-port",
  "tun-nocsum": "--tun-nocsum",
  "tun-csum": "--tun-csum",
  "tun-remcsum": "--tun-remcsum",
  numeric: "-n",
}
const valued = new Set(["-t", "-u", "--sctp-service", "-f", "-s", "-b", "-M", "--pe", "-r", "-w", "-x", "-y", "--tun-type", "--tun-port"])
const bare = new Set([
  "-p",
  "-A",
  "-E",
  "-D",
  "-C",
  "-a",
  "-e",
  "-d",
  "-o",
  "-6",
  "-g",
  "-i",
  "-m",
  "-n",
  "--tun-nocsum",
  "--tun-csum",
  "--tun-remcsum",
])
const defaults: Readonly<Record<string, string>> = { "-p": "300" }
export type Options = ReadonlyMap<string, string>

/** `--weight=1` and `--weight 1` are the same. */
const wordsIn = (line: string): readonly string[] =>
  line
    .trim()
    .split(/\s+/)
    .flatMap((word) => (/^--[a-z-]+=/.test(word) ? [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] : [word]))
const optionOf = (word: string): string =>
  word.startsWith("--") && Object.hasOwn(long, word.slice(2)) ? (long[word.slice(2)] ?? word) : word
/** Whether a time follows `-p`, which has a default of 300 s. */
const takes = (option: string, next: string | undefined): boolean =>
  valued.has(option) || (option === "-p" && /^\d{1,15}$/.test(next ?? ""))

/** The options of one line, or what of it is none. */
export function optionsIn(line: string): Options | string {
  const words = wordsIn(line)
  const options = new Map<string, string>()
  for (let at = /(?:^|\/)ipvsadm$/.test(words[0] ?? "") ? 1 : 0; at < words.length; at++) {
    const option = optionOf(words[at] ?? "")
    const next = words[at + 1]
    if (!valued.has(option) && !bare.has(option)) return `${words[at]} is unknown to ipvsadm`
    if (valued.has(option) && next === undefined) return `${option} needs a value`
    const hasValue = takes(option, next)
    options.set(option, hasValue ? (next ?? "") : (defaults[option] ?? ""))
    at += Number(hasValue)
  }
  return options
}
