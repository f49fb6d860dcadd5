import fc from "fast-check"
import { expect, test } from "vitest"
import { parseRehearsal } from "./rehearsal"

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
    ...{ directories: ["/srv/data"], devices: [] },
  })
})
test("what did not come to its end is no answer", () => expect(() => parse("LoadState=loaded\n")).toThrow("the look at its files"))
test("whatever a node says: an answer of ours or a plain sentence, and no file that was not named as one", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom("Done=yes", "File=", "File=x y\t/z", "Link=- \t/a", "Package=", "Package=a"))),
      (lines) => {
        try {
          for (const path of Object.keys(parse(lines.join("\n")).files)) expect(path.startsWith("/")).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
          expect((error as Error).message).toMatch(/the look at its files|expected/) // fast-check's own come through
        }
      },
    ),
    { numRuns: 1_000 },
  ))
