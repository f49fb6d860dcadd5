import { expect, test } from "vitest"
import { localSession } from "../../lib/node/local"
import { clock, identity, load, memory, os, toolsThere, uptime } from "./facts"

const here = localSession("here")
test.each([identity, os, load, memory, uptime, clock, toolsThere].map((fact) => [fact.name, fact] as const))(
  "%s: a real sh and a real /proc answer it",
  async (_, fact) => {
    const result = await here.run(fact.command, { timeoutMs: 10_000 })
    expect(result.stderr).toBe("")
    expect(() => fact.parse(result)).not.toThrow()
  },
)
test("what is read here is what Node says of the same machine", async () => {
  const seen = async <T>(fact: { command: typeof os.command; parse: (r: Awaited<ReturnType<typeof here.run>>) => T }) =>
    fact.parse(await here.run(fact.command, { timeoutMs: 10_000 }))
  const { hostname, release, totalmem } = await import("node:os")
  expect(await seen(identity)).toMatchObject({ hostname: hostname() })
  expect(await seen(os)).toMatchObject({ kernel: release() })
  expect((await seen(memory)).totalBytes).toBe(totalmem())
  expect(Math.abs((await seen(clock)).epochMs - Date.now())).toBeLessThan(5_000)
  expect(await seen(toolsThere)).toMatchObject({ clusvcadm: false })
})
