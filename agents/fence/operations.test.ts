import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import { type Sh, stdinOf } from "../../lib/node/sh"
import { off, on, power } from "./operations"
import { parsePower } from "./parse"
import type { FenceRequest } from "./schema"

const Case = z.object({
  what: z.string(),
  exitCode: z.int(),
  stdout: z.string(),
  stderr: z.string(),
  says: z.enum(["on", "off", "error"]),
  detail: z.string(),
})
const cases = z.array(Case).parse(JSON.parse(readFileSync(new URL("./power.cases.json", import.meta.url), "utf8")))
test.each(cases)("$what: $says", ({ exitCode, stdout, stderr, says, detail }) =>
  expect(parsePower({ exitCode, stdout, stderr })).toEqual({ says, detail }),
)

const request = { agent: "fence_ipmilan", params: { ip: "10.0.0.91", lanplus: "1" }, node: "h1", device: "bmc-h1" }
describe("an operation", () => {
  test("says all by stdin", () => {
    const { command, look, sentence } = off.bind(request)
    expect(command.argv).toEqual(["/usr/sbin/fence_ipmilan"])
    expect(stdinOf(command)).toBe("action=off\nip=10.0.0.91\nlanplus=1\n")
    expect(stdinOf(look)).toBe("action=status\nip=10.0.0.91\nlanplus=1\n")
    expect(sentence).toEqual({ code: "fenceOff", params: { device: "bmc-h1", target: "h1", agent: "fence_ipmilan" } })
  })
  test("an agent by its path is run from there", () =>
    expect(on.bind({ ...request, agent: "/opt/fence_lab" }).command.argv).toEqual(["/opt/fence_lab"]))
  test("shows the names of secrets, not the secrets", () => {
    const { command } = off.bind({ ...request, secrets: { password: "hunter2" } })
    expect(stdinOf(command)).toBe("action=off\nip=10.0.0.91\nlanplus=1\npassword=hunter2\n")
    expect(command.masked).toBe("/usr/sbin/fence_ipmilan < 'action=off\nip=10.0.0.91\nlanplus=1\npassword=***\n'")
    expect(JSON.stringify(command)).not.toContain("hunter2")
  })
  test("off always runs, on does not", () => expect([off.bind(request).alwaysRun, on.bind(request).alwaysRun]).toEqual([true, false]))
  test("has two minutes unless somebody says otherwise", () =>
    expect([off.bind(request).timeoutMs, on.bind({ ...request, timeoutMs: 5_000 }).timeoutMs]).toEqual([120_000, 5_000]))
  test.each([
    [off, 2, true],
    [off, 0, false],
    [off, 1, false],
    [on, 0, true],
    [on, 2, false],
    [on, 255, false],
  ])("is settled by what the device says, and by nothing else (%#)", (operation, exitCode, settled) => {
    const bound = operation.bind(request)
    expect(bound.isProvenByExit).toBe(false)
    expect(bound.isSettled({ exitCode, stdout: "", stderr: "" })).toBe(settled)
  })
  test.each([
    ["a line break in a value", { ...request, params: { ip: "a\naction=on" } }],
    ["a line break in a secret", { ...request, secrets: { password: "a\rb" } }],
    ["an action of its own", { ...request, params: { action: "on" } }],
    ["an action among the secrets", { ...request, secrets: { action: "on" } }],
    ["a name that is two words", { ...request, params: { "ip=1\nx": "" } }],
    ["a program that is no agent", { ...request, agent: "reboot" }],
    ["a relative path", { ...request, agent: "../fence_x" }],
    ["words beside the agent", { ...request, agent: "fence_x -o off" }],
    ["a word nobody knows", { ...request, force: true }],
  ])("refuses %s", (_, bad) => {
    for (const operation of [off, on]) expect(() => operation.bind(bad)).toThrow(z.ZodError)
  })
})

const name = fc.stringMatching(/^[a-z_]\w{0,12}$/).filter((one) => !/^(action|option|verbose|debug|debug_file|__proto__)$/.test(one))
const value = fc.string({ unit: "grapheme", maxLength: 40 }).filter((one) => !/\p{Cc}/u.test(one))
/** Long enough not to be found by chance in a public word. */
const hidden = fc.stringMatching(/^[!-~]{12,40}$/).filter((one) => !/[*']{2}/.test(one))
const params = fc.dictionary(name, value, { maxKeys: 6 })
const requests = fc.record({
  agent: fc.constantFrom("fence_apc", "/opt/fence_x"),
  params,
  node: fc.constant("h1"),
  device: fc.constant("pdu"),
  secrets: fc.dictionary(fc.constantFrom("password", "snmp_priv_passwd", "pin"), hidden, { minKeys: 1 }),
})
const commandsOf = (one: FenceRequest): readonly Sh[] => [
  off.bind(one).command,
  on.bind(one).command,
  off.bind(one).look,
  power(one).command,
]
const { agent: _agent, ...common } = request
describe("whatever is asked", () => {
  test("no secret is in argv, the masked text, the sentence or what is printed", () =>
    fc.assert(
      fc.property(requests, (one) => {
        const shown = commandsOf(one).map((command) => [command.argv.join(" "), command.masked, JSON.stringify(command)].join("\n"))
        const text = [...shown, JSON.stringify(off.bind(one).sentence)].join("\n")
        for (const secretValue of Object.values(one.secrets)) expect(text).not.toContain(secretValue)
      }),
    ))
  test("each value is one line of stdin, after the action", () =>
    fc.assert(
      fc.property(requests, (one) => {
        const wanted = [...Object.entries(one.params), ...Object.entries(one.secrets)].map(([key, text]) => `${key}=${text}`)
        for (const command of commandsOf(one)) {
          const [action, ...lines] = stdinOf(command).split("\n")
          expect(command.argv).toHaveLength(1)
          expect(action).toMatch(/^action=(off|on|status)$/)
          expect(lines.toSorted()).toEqual([...wanted, ""].toSorted())
        }
      }),
    ))
  test("a secret that was stored among the parameters is masked as well", () => {
    const { command } = off.bind({ ...request, params: { ...request.params, password: "hunter2", community: "private" } })
    expect(stdinOf(command)).toContain("password=hunter2\ncommunity=private\n")
    expect(command.masked).not.toMatch(/hunter2|private/)
    expect(String(command.stdin)).toBe("***")
  })
  test("what an agent repeats of a secret is not handed on", () => {
    const { parse } = power({ ...common, agent: "fence_apc", secrets: { pin: "1234567890 abc", pin2: "123456" } })
    const stderr = `ERROR: Failed: cannot log in with 'pin=1234567890 abc' and 123456${"x".repeat(400)}\n`
    expect(parse({ exitCode: 3, stdout: "", stderr }).detail).toMatch(/^exit code 3: Failed: cannot log in with 'pin=\*\*\*' and \*\*\*x+$/)
  })
  test("a secret that is a word of the answer does not change what is understood", () => {
    const { parse } = power({ ...common, agent: "fence_apc", secrets: { password: "Status" } })
    expect(parse({ exitCode: 2, stdout: "Status: ON\n", stderr: "" }).says).toBe("error")
    expect(parse({ exitCode: 2, stdout: "Status: OFF\n", stderr: "a warning" }).says).toBe("off")
  })
})
