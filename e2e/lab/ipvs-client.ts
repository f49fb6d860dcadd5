import type { IpvsLab, IpvsNodeName } from "./ipvs-lab"

// Virtual servers as the lab's client has them: how long requests wait, and whether an open connection goes on.
/** Bytes of what each real server has as /long: more than any buffer on its way holds. */
export const LONG = 24_000_000
export const WHOLE = `200 ${LONG}`
/** From when until when in us, and 1 where a server answered with its name. */
const ASKING = `
while [ -e /run/asking ]; do
  from=\${EPOCHREALTIME/./} answered=0
  if exec 3<>"/dev/tcp/$1/80"; then
    printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3
    while read -r -t 5 -u 3 line; do case $line in r[123]) answered=1 ;; esac; done
    exec 3>&-
  fi 2>/dev/null
  echo "$from \${EPOCHREALTIME/./} $answered"
done`

export type Client = ReturnType<typeof clientOf>
export function clientOf(lab: IpvsLab, vip: string) {
  let port = 20_000 // below those that the kernel gives
  /** A minute of a connection. `isCopied`: it is known to both directors; `end`: "200" and its size when it came whole. */
  function download() {
    port += 1
    const args = ["-s", "-m", "250", "--local-port", String(port), "--limit-rate", "400k", "-o", "/dev/null"]
    const end = lab.client("curl", ...args, "-w", "%{http_code} %{size_download}", `http://${vip}/long`).catch(String)
    const open = new RegExp(`ESTABLISHED +10\\.77\\.0\\.10:${port} `)
    const knows = async (node: IpvsNodeName) => open.test(await lab.exec(node, "ipvsadm", "-Lcn"))
    return { end, isCopied: async () => ((await knows("d1")) && (await knows("d2")) ? true : undefined) }
  }
  /** First packets of connections that were sent again, a second later, since the client's network is there. */
  async function resentSyns(): Promise<number> {
    const [names = [], values = []] = (await lab.client("grep", "^TcpExt:", "/proc/net/netstat")).split("\n").map((line) => line.split(" "))
    return Number(values[names.indexOf("TCPSynRetrans")])
  }
  /** One request after the other by one shell, for a program takes up to a second to start in the emulated machine. */
  async function asking() {
    await lab.client("touch", "/run/asking")
    const before = await resentSyns()
    const answers = lab.client("bash", "-c", ASKING, "asking", vip)
    return {
      end: async () => {
        await lab.client("rm", "/run/asking")
        const rows = (await answers)
          .trimEnd()
          .split("\n")
          .map((line) => line.split(" ").map(Number))
        const good = rows.filter(([, , isAnswered]) => isAnswered === 1)
        const ms = (us: number) => Math.round(us / 1_000)
        return {
          n: rows.length,
          failed: rows.length - good.length,
          resent: (await resentSyns()) - before,
          longestMs: ms(Math.max(...rows.map(([from = 0, to = 0]) => to - from))),
          gapMs: ms(Math.max(...good.slice(1).map(([, at = 0], i) => at - (good[i]?.[1] ?? at)))),
        }
      },
    }
  }
  return { download, asking }
}
