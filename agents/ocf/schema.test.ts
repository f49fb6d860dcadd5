import fc from "fast-check"
import { expect, test } from "vitest"
import { start } from "./operations"
import { OcfDefinition, OcfResource } from "./schema"

const ocf = (params: object, over: object = {}) => ({ class: "ocf", name: "r", provider: "heartbeat", agent: "Dummy", params, ...over })
const issues = (resource: unknown) =>
  OcfDefinition.safeParse({ resource, state: "started" }).error?.issues.map(({ path, message }) => [path.join("."), message]) ?? []

test.each(["password", "PASSWD", "db_passwd", "secret", "authToken", "ssh_key", "Key"])(
  "a parameter named %s is refused by its code",
  (name) => expect(issues(ocf({ [name]: "x" }))).toEqual([[`resource.params.${name}`, "secretParameter"]]),
)
test.each(["keyfile", "monkey_business", "ip", "pass"])("%s is not taken for a secret", (name) =>
  expect(issues(ocf({ [name]: "x" }))).toEqual([]),
)
test.each([
  ["a name with a dash", ocf({ "a-b": "x" })],
  ["a name with =", ocf({ "a=b": "x" })],
  ["an empty name", ocf({ "": "x" })],
  ["__proto__", JSON.parse('{"class":"ocf","name":"r","provider":"heartbeat","agent":"Dummy","params":{"__proto__":"x","1":"y"}}')],
  ["a newline", ocf({ a: "x\ny" })],
  ["a NUL", ocf({ a: "x\0y" })],
  ["a long value", ocf({ a: "x".repeat(4_097) })],
  ["too many", ocf(Object.fromEntries([...Array(129).keys()].map((i) => [`p${i}`, "x"])))],
  ["an agent that leaves its folder", ocf({}, { agent: "../../../bin/sh" })],
  ["a provider that is an option", ocf({}, { provider: "-x" })],
  ["a field that nobody knows", ocf({}, { surprise: 1 })],
  ["no class", { ...ocf({}), class: undefined }],
  ["an address that is none", ocf({ ip: "192.168.10" }, { agent: "IPaddr2" })],
  ["an address agent without address", ocf({}, { agent: "IPaddr2" })],
  ["a check too often", ocf({}, { monitorEveryMs: 999 })],
  ["a check too seldom", ocf({}, { monitorEveryMs: 3_600_001 })],
])("%s is refused", (_, resource) => expect(issues(resource).length).toBeGreaterThan(0))

test.each([
  ["apache2", "apache2.service"],
  ["apache2.service", "apache2.service"],
  ["getty@tty1", "getty@tty1.service"],
  ["dev-disk\\x2d1.mount", "dev-disk\\x2d1.mount"],
  ["php8.2-fpm", "php8.2-fpm.service"],
])("the unit %s is %s", (unit, wanted) => expect(OcfResource.parse({ class: "systemd", name: "r", unit })).toMatchObject({ unit: wanted }))
test.each(["", "-x", "--now", "a b", "a/b", "a;b", "a\nb", "../x", "*"])("the unit %j is refused", (unit) =>
  expect(OcfResource.safeParse({ class: "systemd", name: "r", unit }).success).toBe(false),
)
test.each(["", "postfix", "etc/init.d/x", "/etc/../bin/sh", "/etc/./x", "/etc/init.d/", "//x", "/a b", "/a;b", "/$(x)", "-/x"])(
  "the script %j is refused",
  (script) => expect(OcfResource.safeParse({ class: "lsb", name: "r", script }).success).toBe(false),
)

test("whatever is accepted stays in its place of the command", () => {
  const Params = fc.dictionary(fc.stringMatching(/^[A-Za-z_]\w{0,8}$/), fc.string({ unit: "binary" }), { maxKeys: 5 })
  fc.assert(
    fc.property(Params, (params) => {
      const resource = ocf(params)
      if (!OcfResource.safeParse(resource).success) return
      const { argv } = start.bind(resource).command
      expect(argv.slice(3, -2)).toEqual(Object.entries(params).map(([k, v]) => `OCF_RESKEY_${k}=${v}`))
      expect(argv.slice(-2)).toEqual(["/usr/lib/ocf/resource.d/heartbeat/Dummy", "start"])
    }),
  )
})
