import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import { fenceMetadata, listFenceAgents, parseFenceAgents, parseFenceMetadata } from "./metadata"
import { isSecretName } from "./schema"
import { metadataOf, simulatedAgents } from "./sim-metadata"

const folder = new URL("./fixtures/", import.meta.url)
const textOf = (file: string) => readFileSync(new URL(file, folder), "utf8")
const names = readdirSync(folder).flatMap((file) => /^metadata-(.*)\.out$/.exec(file)?.[1] ?? [])
const read = (agent: string) => parseFenceMetadata({ exitCode: 0, stdout: textOf(`metadata-${agent}.out`), stderr: "" })
const Expected = z.record(
  z.string(),
  z.object({ plug: z.string().nullable(), unfences: z.boolean(), hasStatus: z.boolean(), secrets: z.array(z.string()) }),
)
const expected = Expected.parse(JSON.parse(readFileSync(new URL("./metadata.cases.json", import.meta.url), "utf8")))

describe("captures of Debian's fence-agents", () => {
  test("each has its expectation", () => expect(names.toSorted()).toEqual(Object.keys(expected).toSorted()))
  test.each(Object.entries(expected))("%s", (agent, wanted) => {
    const { parameters, actions, ...seen } = read(agent)
    const secrets = parameters.filter((one) => one.isSecret).map((one) => one.name)
    expect({ plug: seen.plug, unfences: seen.unfences, hasStatus: seen.hasStatus, secrets }).toEqual(wanted)
    expect(seen.name).toBe(agent)
    expect([seen.shortdesc, seen.longdesc]).not.toContain("")
    expect(actions.map(({ name }) => name)).toContain("off")
    expect(textOf(`metadata-${agent}.cmd`)).toBe(`${fenceMetadata(agent).command.argv.join(" ")}\n`)
    const said = parameters.filter(({ name }) => /^(action|verbose|verbose_level|debug|debug_file|help|version|quiet)$/.test(name))
    expect(said).toEqual([])
    for (const old of parameters.flatMap((one) => one.obsoletes ?? []).filter((one) => one !== "debug"))
      expect(parameters.find(({ name }) => name === old)?.isDeprecated).toBe(true)
  })
  test("a parameter as a form needs it", () => {
    const { parameters, actions } = read("fence_ipmilan")
    const one = (name: string) => parameters.find((parameter) => parameter.name === name)
    expect(one("ip")).toMatchObject({ required: false, type: "string", default: null, isDeprecated: false, obsoletes: "ipaddr" })
    expect(one("ipaddr")).toMatchObject({ required: false, isDeprecated: true })
    expect(one("privlvl")).toMatchObject({ type: "select", default: "administrator" })
    expect(one("privlvl")?.options).toEqual(["callback", "user", "operator", "administrator"])
    expect(one("power_timeout")).toMatchObject({ type: "second", default: "20" })
    expect(one("lanplus")).toMatchObject({ type: "boolean" })
    expect(actions.find(({ name }) => name === "on")).toEqual({ name: "on", automatic: false, onTarget: false })
  })
  test("of a parameter with two names the new one is required", () =>
    expect(
      read("fence_apc")
        .parameters.filter(({ name, obsoletes }) => name === "ipaddr" || obsoletes === "ipaddr")
        .map(({ name, required }) => [name, required]),
    ).toEqual([
      ["ip", true],
      ["ipaddr", false],
    ]))
  test("fence_scsi registers its node again, and only the node itself can", () =>
    expect(read("fence_scsi").actions.find(({ name }) => name === "on")).toEqual({ name: "on", automatic: true, onTarget: true }))
})
test.each(simulatedAgents)("the simulated %s speaks as a real one", (agent) => {
  const seen = parseFenceMetadata({ exitCode: 0, stdout: metadataOf(agent), stderr: "" })
  expect(seen).toMatchObject({ name: agent, unfences: false, hasStatus: true, plug: agent === "fence_sim" ? "plug" : null })
  expect(seen.parameters.filter(({ isSecret }) => isSecret).map(({ name }) => name)).toContain("password")
})
test.each([
  ["password", true],
  ["passwd", true],
  ["snmp_priv_passwd", true],
  ["secret_key", true],
  ["access_key", true],
  ["apikey", true],
  ["token", true],
  ["community", true],
  ["hexadecimal_kg", true],
  ["ssh_passphrase", true],
  ["password_script", false],
  ["snmp_priv_passwd_script", false],
  ["token_file", false],
  ["key_file", false],
  ["key", false],
  ["key_value", false],
  ["identity_file", false],
  ["username", false],
])("%s is a secret: %s", (name, wanted) => expect(isSecretName(name)).toBe(wanted))

describe("the list of agents", () => {
  const list = (...lines: string[]) => parseFenceAgents({ exitCode: 0, stdout: `${lines.join("\n")}\n`, stderr: "" })
  test("is sorted, once each where /sbin is /usr/sbin, without tools that are no agents", () =>
    expect(
      list(
        "/usr/sbin/fence_xvm",
        "/usr/sbin/fence_apc",
        "/usr/sbin/fence_ack_manual",
        "/usr/sbin/fence_virtd",
        "/sbin/fence_apc",
        "/sbin/fence_xvm",
      ),
    ).toEqual(["fence_apc", "fence_xvm"]))
  test("names by its path what is only in /sbin", () =>
    expect(list("/sbin/fence_old", "/usr/sbin/fence_apc")).toEqual(["/sbin/fence_old", "fence_apc"]))
  test("passes over what is no agent's name", () =>
    expect(list("/usr/sbin/fence_a b", "/usr/sbin/fence_\x1b[2J", "/tmp/fence_x", "fence_x")).toEqual([]))
  test("a host without agents has none", () => expect(parseFenceAgents({ exitCode: 1, stdout: "", stderr: "find: no" })).toEqual([]))
  test("asks for executables only", () => expect(listFenceAgents().command.argv).toContain("-u+x"))
})
test("meta-data is asked of a program, never of words", () => {
  expect(fenceMetadata("/opt/my/fence_x").command.argv).toEqual(["/opt/my/fence_x", "-o", "metadata"])
  expect(() => fenceMetadata("fence_x; reboot")).toThrow(z.ZodError)
})
