import { readdirSync, readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { CONNECTIONS_MAX } from "../../lib/domain/balancer-connections"
import { parseConnections, parseCounters } from "./connections"
import cases from "./connections.cases.json"

const folder = new URL("./connections-fixtures/", import.meta.url)
const said = (stdout: string) => ({ exitCode: 0, stdout: `${stdout}moyai.end\n`, stderr: "" })
/** As the script hands it over. */
const squeezed = (text: string) => said(text.replace(/ +/g, " "))

test.each(readdirSync(folder))("%s of a real kernel is read whole, squeezed or not", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8")
  const entries = text.split("\n").filter((line) => /^\S+ +\d+:\d\d/.test(line))
  const read = parseConnections(squeezed(text))
  expect(read.rows).toHaveLength(entries.length)
  expect(read.rows.map(({ protocol, source }) => `${protocol} ${source}`)).toEqual(
    entries.map((line) => [line.split(/ +/)[0], line.split(/ +/)[3]].join(" ")),
  )
  expect(parseConnections(said(text))).toEqual(read)
})
test.each(cases)("$line", ({ line, row }) => expect(parseConnections(said(`${line}\n`)).rows).toEqual([row]))
test("of more than 5,000, the first are read, and it says so", () => {
  const lines = (n: number) => said("TCP 01:00 NONE 10.0.0.1:1 10.0.0.2:80 10.0.0.3:80\n".repeat(n))
  expect(parseConnections(lines(CONNECTIONS_MAX)).isCut).toBe(false)
  const { rows, isCut } = parseConnections(lines(CONNECTIONS_MAX + 1))
  expect([rows.length, isCut]).toEqual([CONNECTIONS_MAX, true])
})
describe("what is no table of ipvsadm", () => {
  test("throws a plain sentence, without control characters", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        try {
          parseConnections(said(`${text}\n`))
        } catch (error) {
          expect(String(error)).not.toMatch(/\p{Cc}/u)
        }
      }),
    ))
  test.each([
    ["no end", { exitCode: 127, stdout: "", stderr: "ipvsadm is not installed\n" }, /is not installed/],
    ["no end and no words", { exitCode: 137, stdout: "", stderr: "" }, /exit code 137/],
    ["an error alone", { exitCode: 0, stdout: "moyai.end\n", stderr: "Permission denied\n" }, /Permission denied/],
    ["too much", { exitCode: 0, stdout: "moyai.end\n", stderr: "", truncated: true as const }, /1 MiB/],
    ["another line", said("TCP what is this\n"), /says: TCP what is this/],
  ])("%s", (_, result, text) => expect(() => parseConnections(result)).toThrow(text))
})
test("where the module is not loaded there is nothing", () => {
  expect(parseConnections(said(""))).toEqual({ rows: [], isCut: false })
  expect(parseCounters(said(""))).toEqual({})
})
test("counters are by service and real server, under the keys of the rates", () => {
  const text = readFileSync(new URL("./fixtures/ipvsadm-Ln-stats-exact.dr.wrr.txt", import.meta.url), "utf8")
  expect(parseCounters(squeezed(text))).toEqual({
    "tcp 10.10.0.100:80": { connections: 7, packetsIn: 43, packetsOut: 0, bytesIn: 2817, bytesOut: 0 },
    "tcp 10.10.0.100:80 real 10.10.0.101:80": { connections: 3, packetsIn: 18, packetsOut: 0, bytesIn: 1185, bytesOut: 0 },
    "tcp 10.10.0.100:80 real 10.10.0.102:80": { connections: 2, packetsIn: 13, packetsOut: 0, bytesIn: 842, bytesOut: 0 },
    "tcp 10.10.0.100:80 real 10.10.0.103:80": { connections: 2, packetsIn: 12, packetsOut: 0, bytesIn: 790, bytesOut: 0 },
  })
})
