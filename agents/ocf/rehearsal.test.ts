import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { textOf } from "../../lib/node/sh"
import { parseRehearsal, rehearse, validate } from "./rehearsal"
import { OcfResource } from "./schema"

const parse = (stdout: string) => parseRehearsal({ exitCode: 0, stdout, stderr: "" })
const digest = "a".repeat(64)

test("a unit with its package, files and links, as a node answers", () => {
  const text = [
    "LoadState=loaded",
    "FragmentPath=/usr/lib/systemd/system/apache2.service",
    "UnitFileState=disabled",
    "Package=apache2 2.4.66-1~deb13u1",
    `File=${digest} 644:root:root\t/etc/apache2/apache2.conf`,
    "Link=- ../sites-available/000-default.conf\t/etc/apache2/sites-enabled/000-default.conf",
    "Directory=/srv/data",
    "Done=yes",
    "",
  ].join("\n")
  expect(parse(text)).toEqual({
    ...{ isThere: true, package: { name: "apache2", version: "2.4.66-1~deb13u1" }, startsAtBoot: false, isCut: false },
    files: {
      "/etc/apache2/apache2.conf": { kind: "file", digest, mode: "644:root:root" },
      "/etc/apache2/sites-enabled/000-default.conf": { kind: "link", digest: "../sites-available/000-default.conf", mode: "" },
    },
    ...{ directories: ["/srv/data"], devices: [], unread: [], missingPrograms: [], missingNic: null },
  })
})
const read = (name: string, part: string) => readFileSync(new URL(`fixtures/${name}.${part}`, import.meta.url), "utf8")
const fixture = (name: string) => ({ exitCode: Number(read(name, "rc")), stdout: read(name, "out"), stderr: read(name, "err") })
const address = OcfResource.parse({
  ...{ class: "ocf", name: "httpd-ip", provider: "heartbeat", agent: "IPaddr2" },
  params: { ip: "10.77.0.100", nic: "eth9" },
})
describe("what real nodes answered (e2e/lab/rehearsal.test.ts)", () => {
  const none = { unread: [], missingPrograms: [], missingNic: null, isCut: false }
  test("the command that was answered is the one that is asked", () =>
    expect(read("rehearsal-ocf-IPaddr2-no-nic", "cmd")).toBe(`${textOf(rehearse(address).command)}\n`))
  test.each([
    ["systemd-apache2", { ...none, isThere: true, startsAtBoot: false, package: { name: "apache2" } }],
    ["lsb-apache2", { ...none, isThere: true, package: { name: "apache2" } }],
    ["ocf-apache", { ...none, isThere: true, package: { name: "resource-agents" } }],
    ["ocf-IPaddr2-no-nic", { ...none, isThere: true, missingNic: "eth9" }],
    ["systemd-no-unit", { ...none, isThere: false, package: null, files: {} }],
    ["systemd-no-program", { ...none, isThere: true, package: null, missingPrograms: ["/usr/sbin/none"] }],
    ["systemd-apache2-hostile-names", { ...none, package: { name: "apache2" }, unread: ["/etc/apache2"] }],
  ])("%s", (name, wanted) => expect(parseRehearsal(fixture(`rehearsal-${name}`))).toMatchObject(wanted))
  test("apache2's files come with what enables a site, and with its own file of a folder that many share", () => {
    const { files } = parseRehearsal(fixture("rehearsal-systemd-apache2"))
    expect(files["/etc/apache2/sites-enabled/000-default.conf"]).toMatchObject({
      kind: "link",
      digest: "../sites-available/000-default.conf",
    })
    expect(files["/etc/apache2/ports.conf"]).toMatchObject({ kind: "file", mode: "644:root:root" })
    expect(Object.keys(files).filter((path) => path.startsWith("/etc/logrotate.d/"))).toEqual(["/etc/logrotate.d/apache2"])
  })
  test.each([
    ["IPaddr2-validate-all", { verdict: "ok" }],
    ["IPaddr2-validate-all-no-such-nic", { verdict: "failed", detail: "[findif] failed" }],
    ["no-such-action", { verdict: "notSupported" }],
  ])("validate-all: %s", (name, wanted) => expect(validate(address)?.parse(fixture(name))).toMatchObject(wanted))
})
test("what did not come to its end is no answer", () => expect(() => parse("LoadState=loaded\n")).toThrow("the look at its files"))
test("a file that could not be read, or whose name is no text, is told as not read and not as missing", () => {
  const text = ["File= 600:root:root\t/etc/a", `File=${digest} 644:root:root\t/etc/\uFFFD`, "Unread=/etc/b", "Done=yes", ""].join("\n")
  expect(parse(text)).toMatchObject({ files: {}, unread: ["/etc/b", "/etc/a", "/etc/\uFFFD"] })
})
test.each([
  ["not understood", `File=${digest} 644:root:root\t/etc/a\t/etc/b`],
  ["twice", `File=${digest} 644:root:root\t/etc/a\nLink=- b\t/etc/a`],
])("an answer that could mix two files is refused: %s", (sentence, line) => expect(() => parse(`${line}\nDone=yes\n`)).toThrow(sentence))
test("whatever a node says: an answer of ours or a plain sentence, and each file with its own digest", () => {
  const sentence =
    /^the look at its files (?:ended with exit code \d+: |named one in a way that is not understood$|named one of them twice$)/
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("Done=yes", "File=", `File=${digest} 1:a:b\t/z`, "Link=- \t/a", "Package=", "\t/"),
  )
  fc.assert(
    fc.property(fc.array(piece), fc.boolean(), (pieces, isWhole) => {
      const text = `${pieces.join("\n")}\n${isWhole ? "Done=yes\n" : ""}`
      const sayOf = () => {
        try {
          return parse(text)
        } catch (error) {
          return error instanceof Error ? error.message : "no Error"
        }
      }
      const said = sayOf()
      if (typeof said === "string") expect(said).toMatch(sentence)
      else
        for (const [path, { kind, digest: seen, mode }] of Object.entries(said.files))
          expect(text.split("\n")).toContain(kind === "link" ? `Link=- ${seen}\t${path}` : `File=${seen} ${mode}\t${path}`)
    }),
    { numRuns: 1_000 },
  )
})
test("names and values of any kind, as the script would print them, are each found again", () => {
  const name = fc.stringMatching(/^[^\p{Cc}\uFFFD/]{1,20}$/u)
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 20 }), (names) => {
      const lines = names.map((one, i) => `File=${String(i).padStart(64, "0")} 644:root:root\t/etc/${one}`)
      const { files, unread } = parse(`${lines.join("\n")}\nDone=yes\n`)
      expect(unread).toEqual([])
      expect(names.map((one) => Number(files[`/etc/${one}`]?.digest))).toEqual(names.map((_, i) => i))
    }),
  )
})
