import type { Begun, SimHost } from "../contract"
import { answer } from "./sim-phases"
import { units } from "./sim-unit-files"

type Program = { readonly pkg: string; readonly files: readonly string[] }
const programs: Readonly<Record<string, Program>> = {
  "apache2.service": { pkg: "apache2 2.4.66-1", files: ["/etc/apache2/apache2.conf", "/etc/apache2/ports.conf"] },
  "named.service": { pkg: "bind9 1:9.20.15-1", files: ["/etc/bind/named.conf"] },
  "postfix.service": { pkg: "postfix 3.10.5-1", files: ["/etc/postfix/main.cf"] },
}
const agentsPackage: Program = { pkg: "resource-agents 1:4.16.0-3", files: [] }
const digest = (text: string): string =>
  [...text]
    .reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 0xffffffff, 7)
    .toString(16)
    .padStart(64, "0")

/** What a pretend machine answers to the look at what a resource needs: files are its disk's, where something was written. */
export function rehearsalOf(host: SimHost, argv: readonly string[], knows: (agent: string) => boolean): Begun | undefined {
  const at = argv.indexOf("moyai-rehearsal")
  if (argv[0] !== "sh" || at < 0) return undefined
  const [what = "", name = "", nic = "", ...paths] = argv.slice(at + 1)
  const isThere = what === "unit" ? units.has(name) : knows(name)
  const { pkg, files } = programs[name] ?? agentsPackage
  const lines = [
    what === "unit" ? `LoadState=${isThere ? "loaded" : "not-found"}` : isThere && "Executable=yes",
    isThere && `Package=${pkg}`,
    nic !== "" && nic !== "eth0" && `NoNic=${nic}`,
    ...paths.map((path) => (path.startsWith("/dev/") ? `Device=${path}` : `Directory=${path}`)),
    ...(isThere ? files.map((path) => `File=${digest(host.disk.get(path) ?? path)} 644:root:root\t${path}`) : []),
    "Done=yes",
  ]
  return answer(
    0,
    lines
      .filter((line) => line !== false)
      .map((line) => `${line}\n`)
      .join(""),
  )
}
