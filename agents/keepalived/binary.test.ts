import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { networkInterfaces, tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { balancerSchema } from "../../lib/domain/balancer"
import { balancers } from "../../lib/domain/balancer.fixture"
import { SELF_TEST } from "./facts"
import cases from "./refusals.cases.json"
import { renderKeepalived } from "./render"

/** keepalived -t looks at the interfaces that are there (network.md §0 F5). */
const device =
  Object.entries(networkInterfaces()).find(([name, all]) => name !== "lo" && all?.some(({ internal }) => !internal))?.[0] ?? "lo"
const folder = mkdtempSync(join(tmpdir(), "moyai-keepalived-"))
const file = join(folder, "keepalived.conf")
afterAll(() => rmSync(folder, { recursive: true }))

const TESTED = `command -v keepalived >/dev/null || exit 127; ${SELF_TEST}; printf %s "$said" >&2; exit $code`
type Verdict = { readonly exit: number | null; readonly stderr: string }
const testOf = (text: string): Verdict => {
  writeFileSync(file, text, { mode: 0o600 })
  const { status, stderr, error } = spawnSync("sh", ["-c", TESTED, "sh", file], { encoding: "utf8", timeout: 20_000 })
  return { exit: error || status === 127 ? null : status, stderr: (stderr ?? "").replaceAll(file, "FILE") }
}
const good = `vrrp_instance V {\n  interface ${device}\n  virtual_router_id 5\n  virtual_ipaddress {\n    10.0.0.9/32\n  }\n}\n`
const first = testOf(good)
const why =
  first.exit === null
    ? "keepalived is not installed"
    : first.exit === 0 && first.stderr === ""
      ? ""
      : `keepalived -t does not work here: exit ${first.exit} ${first.stderr}`
beforeAll(() => {
  if (why !== "") process.stderr.write(`skipped: ${why}\n`)
})

describe.skipIf(why !== "")("the real keepalived", () => {
  test("takes every file that is rendered from a model which the rules accept, and says nothing", () => {
    fc.assert(
      fc.property(balancers({ device }), (balancer) => {
        expect(testOf(renderKeepalived(balancer))).toEqual({ exit: 0, stderr: "" })
      }),
      { numRuns: 60 },
    )
  }, 240_000)
  const noUser = process.getuid?.() === 0 ? "" : " (skipped: only root can become another user)"
  test.skipIf(noUser !== "")(`takes a script that is run as another user${noUser}`, () => {
    const check = { kind: "misc", timeout: 5, path: "/bin/true" }
    const model = balancerSchema.parse({
      directors: [{ global: { enableScriptSecurity: true, scriptUser: { user: "nobody" } } }],
      virtualServers: [
        {
          ...{ service: { kind: "address", address: "10.0.0.9", port: 80, protocol: "tcp" }, scheduler: "rr" },
          ...{ forwarding: { method: "nat" }, realServers: [{ address: "10.0.0.1", port: 80, checks: [check] }] },
        },
      ],
    })
    expect(testOf(renderKeepalived(model))).toEqual({ exit: 0, stderr: "" })
  })
  test.each(cases.filter(({ keepalived }) => keepalived))("refuses or warns of: $what", ({ conf }) => {
    const { exit, stderr } = testOf(`${conf.join("\n")}\n`.replaceAll("eth0", device))
    expect(exit).not.toBe(0)
    expect(stderr).not.toBe("")
  })
  test.each(cases.filter(({ keepalived }) => !keepalived))("passes over, so that only the rules see it: $what", ({ conf }) => {
    const quiet = conf.filter((line) => !/^\s*$/.test(line)).join("\n")
    expect(testOf(`${quiet}\n`.replaceAll("eth0", device))).toEqual({ exit: 0, stderr: "" })
  })
})
