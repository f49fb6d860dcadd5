import { expect, test } from "vitest"
import { durationMs } from "../agent-metadata"
import { parseAgents, parseUnits } from "./discovery"
import { parseMetadata } from "./metadata"

const read = (stdout: string, exitCode = 0) => parseMetadata({ exitCode, stdout, stderr: "" })
const agent = (inside: string, before = '<?xml version="1.0"?>\n<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">\n') =>
  `${before}<resource-agent name="x">${inside}</resource-agent>`

test("a plain document type is passed over, texts are decoded once, English is preferred", () => {
  const parameter = `<parameter name="db_passwd" required="1" unique-group="a"><longdesc lang="ja">長い</longdesc><longdesc lang="en"> a &amp;lt; b &lt;img&gt; &#x41;&#66; &nbsp; </longdesc><shortdesc>s</shortdesc><content type="integer" default="&quot;5&quot;"/></parameter>`
  expect(
    read(
      agent(
        `<parameters>${parameter}</parameters><actions><action name="monitor" timeout="20s" interval="10" depth="0"/><action/></actions>`,
      ),
    ),
  ).toEqual({
    name: "x",
    longdesc: "",
    shortdesc: "",
    parameters: [
      {
        name: "db_passwd",
        required: true,
        unique: true,
        type: "integer",
        default: '"5"',
        shortdesc: "s",
        longdesc: "a &lt; b <img> AB &nbsp;",
        isSecret: true,
      },
    ],
    actions: [{ name: "monitor", timeoutMs: 20_000, intervalMs: 10_000, depth: 0 }],
  })
})
test("an agent without parameters has none", () => expect(read(agent("<parameters/>"))).toMatchObject({ parameters: [], actions: [] }))
test.each([
  ["an internal subset", agent("", '<!DOCTYPE x [<!ENTITY a "b">]>'), "defines entities"],
  ["an external entity", agent("&a;", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "defines entities"],
  ["a parameter entity", agent("", "<!DOCTYPE x [ %a; ]>"), "document type of its own"],
  ["a second document type", agent("", '<!DOCTYPE x SYSTEM "a"><!DOCTYPE x SYSTEM "b">'), "document type of its own"],
  ["a depth that no agent has", agent("<a>".repeat(100)), "not well-formed"],
  ["a depth hidden in attributes", agent('<a b="/>">'.repeat(100_00)), "not well-formed"],
  ["more than 512 KiB", agent("x".repeat(600_000)), "longer than 512 KiB"],
  ["another document", "<html/>", "not that of a resource agent"],
  ["nothing", "", "not that of a resource agent"],
  ["a tag cut short", '<resource-agent name="x"', "not well-formed"],
])("%s is refused", (_, xml, message) => expect(() => read(xml)).toThrow(message))
test("an agent that fails says why", () =>
  expect(() => parseMetadata({ exitCode: 127, stdout: "", stderr: "env: No such file\n" })).toThrow(
    "meta-data ended with exit code 127: env: No such file",
  ))
test.each([
  ["20s", 20_000],
  ["100", 100_000],
  ["500ms", 500],
  ["2min", 120_000],
  ["1m", 60_000],
  ["0", 0],
  ["", null],
  ["x", null],
  ["-5", null],
  [undefined, null],
])("%j lasts %j ms", (text, ms) => expect(durationMs(text)).toBe(ms))
test("agents by provider; what no definition could name is left out", () => {
  const base = "/usr/lib/ocf/resource.d"
  const stdout = `${base}/heartbeat/apache\n${base}/heartbeat/IPaddr2\n${base}/pacemaker/Dummy\n${base}/heartbeat/.ocf-shellfuncs\n${base}/a b/c\n${base}/x/y/z\n/etc/passwd\n${base}/__proto__/x\n`
  expect(parseAgents({ exitCode: 0, stdout, stderr: "" })).toEqual([
    { provider: "heartbeat", agents: ["IPaddr2", "apache"] },
    { provider: "pacemaker", agents: ["Dummy"] },
  ])
  expect(parseAgents({ exitCode: 1, stdout: "", stderr: "No such file or directory" })).toEqual([])
})
test("unit files with their fate at boot", () => {
  const stdout =
    "apache2.service                        disabled disabled\nautovt@.service masked disabled\nssh.service enabled enabled\napt-daily.service static -\n-x.service enabled -\n"
  expect(parseUnits({ exitCode: 0, stdout, stderr: "" }).map(({ unit, atBoot }) => `${unit} ${atBoot}`)).toEqual([
    "apache2.service disabled",
    "autovt@.service masked",
    "ssh.service enabled",
    "apt-daily.service static",
  ])
})
