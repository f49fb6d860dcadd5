import { execFile, execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { createSocket } from "node:dgram"
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { createServer as createHttp, type IncomingMessage } from "node:http"
import { createServer as createHttps } from "node:https"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { balancerSchema } from "../../lib/domain/balancer"
import { type Check, checkSchema } from "../../lib/domain/balancer-health"
import { localSession } from "../../lib/node/local"
import { dynamicWeight, type Tried, trial } from "./trial"

const here = localSession("here")
const folder = mkdtempSync(join(tmpdir(), "moyai-trial-"))
const ends: (() => void)[] = []
const BODY = "hello from rs1\nsecond line\n"
const MD5 = createHash("md5").update(BODY).digest("hex")
const requests: IncomingMessage[] = []
const peers: (string | undefined)[] = []
const sniNames: string[] = []
const web = (request: IncomingMessage, response: { writeHead: (n: number) => { end: (s: string) => void } }) => {
  requests.push(request)
  peers.push(request.socket.remoteAddress)
  response.writeHead(/^\/(\d{3})/.test(request.url ?? "") ? Number(request.url?.slice(1, 4)) : 200).end(BODY)
}
let ports: Readonly<Record<"http" | "ssl" | "smtp" | "angry" | "silent" | "dns" | "echo" | "deaf" | "closed" | "tcp6", number>>
const sent: Buffer[] = []

/** Answers with the question's id and an rcode by its name. */
const dnsAnswer = (question: Buffer): Buffer => {
  const answer = Buffer.from(question)
  answer[2] = 0x81
  answer[3] = question.includes("nowhere") ? 0x83 : 0x80
  return answer
}
type Listening = { address: () => unknown; close: () => unknown }
const portOf = (server: Listening): number => {
  ends.push(() => void server.close())
  return (server.address() as AddressInfo).port // it listens on a port
}
const listening = (server: ReturnType<typeof createServer>, host = "127.0.0.1") =>
  new Promise<number>((resolve) => server.listen(0, host, () => resolve(portOf(server))))
const bound = (answer: (message: Buffer) => Buffer | undefined) =>
  new Promise<number>((resolve) => {
    const socket = createSocket("udp4")
    socket.on("message", (message, { port, address }) => {
      sent.push(message)
      const reply = answer(message)
      if (reply) socket.send(reply, port, address)
    })
    socket.bind(0, "127.0.0.1", () => resolve(portOf(socket)))
  })
const smtp = (banner: string, hello: string) =>
  createServer((socket) => {
    socket.on("error", () => undefined)
    if (banner !== "") socket.write(banner)
    socket.on("data", (data) => {
      if (data.toString().startsWith("HELO")) heloes.push(data.toString())
      socket.write(data.toString().startsWith("QUIT") ? "221 bye\r\n" : hello)
    })
  })
const heloes: string[] = []
beforeAll(async () => {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")]
  const subject = ["-subj", "/CN=rs1", "-days", "2", "-nodes", "-keyout", key, "-out", cert]
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", ...subject], { stdio: "ignore" })
  const tls = { key: readFileSync(key), cert: readFileSync(cert) }
  const SNICallback = (name: string, done: (error: null) => void) => {
    sniNames.push(name)
    done(null)
  }
  const secure = createHttps({ ...tls, SNICallback }, web)
  ports = {
    closed: 1, // tcpmux: one that is given up may be the next that somebody else is given
    http: await listening(createHttp(web)),
    ssl: await listening(secure),
    smtp: await listening(smtp("220-mail\r\n220 mail\r\n", "250 hello\r\n")),
    angry: await listening(smtp("554 go away\r\n", "")),
    silent: await listening(smtp("", "")),
    dns: await bound(dnsAnswer),
    echo: await bound((message) => message),
    deaf: await bound(() => undefined),
    tcp6: await listening(
      createServer((socket) => socket.end()),
      "::1",
    ),
  }
})
afterAll(() => {
  for (const end of ends) end()
  rmSync(folder, { recursive: true })
})

const serverWith = (address: string, port: number) => {
  const [server] = balancerSchema.parse({
    virtualServers: [
      {
        service: { kind: "address", address: "10.0.0.1", port: 80, protocol: "tcp" },
        scheduler: "rr",
        forwarding: { method: "nat" },
        connectTimeout: 5,
        realServers: [{ address, port }],
      },
    ],
  }).virtualServers
  const [real] = server?.realServers ?? []
  if (!server || !real) throw new Error("no server")
  return { server, real }
}
const factOf = (check: object, port: number, address = "127.0.0.1") =>
  trial({ check: checkSchema.parse(check), ...serverWith(address, port) })
/** By the very script, in a shell here. */
async function tried(check: object, port: number, address?: string): Promise<Tried> {
  const fact = factOf(check, port, address)
  return fact.parse(await here.run(fact.command, { timeoutMs: fact.timeoutMs ?? 0 }))
}
const url = (more: object = {}) => ({ kind: "http", urls: [{ path: "/", ...more }] })

describe("a port", () => {
  test("that listens passes, over IPv6 too", async () => {
    expect(await tried({ kind: "tcp" }, ports.http)).toMatchObject({ verdict: "pass", exit: 0, output: "connected" })
    expect(await tried({ kind: "tcp" }, ports.tcp6, "::1")).toMatchObject({ verdict: "pass", exit: 0 })
  })
  test("that is closed fails, in the tool's own words", async () => {
    const { verdict, exit, output } = await tried({ kind: "tcp" }, ports.closed)
    expect([verdict, exit]).toEqual(["fail", 1])
    expect(output).toContain("Connection refused")
  })
  test("is the check's own before the real server's", async () =>
    expect(await tried({ kind: "tcp", connectPort: ports.http, connectIp: "127.0.0.1" }, 9, "192.0.2.1")).toMatchObject({
      verdict: "pass",
    }))
  test("is asked from the address that the check is bound to", async () => {
    peers.length = 0
    const server = createServer((socket) => {
      peers.push(socket.remoteAddress)
      socket.end()
    })
    const port = await listening(server)
    expect(await tried({ kind: "tcp", bindTo: "127.0.0.9" }, port)).toMatchObject({ verdict: "pass", output: "connected" })
    expect(await tried({ kind: "tcp", bindTo: "127.0.0.9" }, ports.closed)).toMatchObject({ verdict: "fail", exit: 7 })
    expect(peers).toEqual(["127.0.0.9"])
  })
})
describe("HTTP", () => {
  test.each([
    ["200 is well by default", {}, "pass"],
    ["404 is none of 200 to 299", { path: "/404" }, "fail"],
    ["404 is well where it is wanted", { path: "/404", statusCodes: [{ from: 404, to: 404 }] }, "pass"],
    [
      "200 is none of the wanted ranges",
      {
        statusCodes: [
          { from: 300, to: 399 },
          { from: 503, to: 503 },
        ],
      },
      "fail",
    ],
    ["the digest of the body", { digest: MD5.toUpperCase() }, "pass"],
    ["another digest", { digest: "0".repeat(32) }, "fail"],
    ["a digest does not make another status well", { path: "/500", digest: MD5 }, "fail"],
    ["a regular expression", { regex: "from rs\\d" }, "pass"],
    ["one that is not there", { regex: "from db" }, "fail"],
    ["one that is wanted not to match, and does", { regex: "rs1", regexNoMatch: true }, "fail"],
    ["one that is wanted not to match, and does not", { regex: "db1", regexNoMatch: true }, "pass"],
    ["with its options", { regex: "FROM.*SECOND", regexOptions: ["caseless", "dotall"] }, "pass"],
    ["without them", { regex: "FROM.*SECOND" }, "fail"],
    ["from an offset on", { regex: "hello", regexMinOffset: 1 }, "fail"],
    ["up to an offset", { regex: "second", regexMaxOffset: 3 }, "fail"],
    ["within its offsets", { regex: "second", regexMinOffset: 3, regexMaxOffset: 15 }, "pass"],
    ["one that nobody understands", { regex: "(" }, "unknown"],
    ["one with code in it is not run", { regex: `(?{ system "touch ${join(folder, "regex")}" })` }, "unknown"],
    ["an option that Perl does not have", { regex: "x", regexOptions: ["ungreedy"] }, "unknown"],
  ])("%s", async (_, more, verdict) => {
    expect((await tried(url(more), ports.http)).verdict).toBe(verdict)
    expect(existsSync(join(folder, "regex"))).toBe(false)
  })
  test("what was seen is told: status, length, digest", async () =>
    expect((await tried(url({ digest: MD5 }), ports.http)).output).toBe(`GET /: status 200, ${BODY.length} bytes\ndigest ${MD5}`))
  test("each url counts, and the first that fails ends it", async () => {
    const check = { kind: "http", urls: [{ path: "/a" }, { path: "/500" }, { path: "/c" }] }
    requests.length = 0
    expect(await tried(check, ports.http)).toMatchObject({ verdict: "fail", exit: 0 })
    expect(requests.map((one) => one.url)).toEqual(["/a", "/500"])
  })
  test("it is asked as keepalived asks: its name, version and host", async () => {
    requests.length = 0
    await tried(url(), ports.http)
    await tried({ ...url({ virtualHost: "a.example" }), httpProtocol: "1.1", virtualHost: "b.example" }, ports.http)
    await tried({ ...url(), httpProtocol: "1.0C", virtualHost: "b.example" }, ports.http)
    expect(
      requests.map(({ httpVersion, headers }) => [httpVersion, headers.host, headers.connection, headers["user-agent"], headers.accept]),
    ).toEqual([
      ["1.0", `127.0.0.1:${ports.http}`, undefined, "KeepAliveClient", undefined],
      ["1.1", "a.example", "close", "KeepAliveClient", undefined],
      ["1.0", "b.example", "close", "KeepAliveClient", undefined],
    ])
  })
  test("nobody there is a failure, in curl's words", async () => {
    const { verdict, exit, output } = await tried(url(), ports.closed)
    expect([verdict, exit]).toEqual(["fail", 7])
    expect(output).toMatch(/curl: \(7\)/)
  })
  test("a server that takes the connection and says nothing is given up in time", async () => {
    const { verdict, ms } = await tried({ ...url(), connectTimeout: 0.3 }, ports.silent)
    expect(verdict).toBe("fail")
    expect(ms).toBeLessThan(4_000)
  })
  test("it comes from the address that it is bound to", async () => {
    peers.length = 0
    expect(await tried({ ...url(), bindTo: "127.0.0.7" }, ports.http)).toMatchObject({ verdict: "pass" })
    expect(peers).toEqual(["127.0.0.7"])
  })
})
describe("TLS", () => {
  test("passes with a certificate that nobody signed, and tells no name unless it is to", async () => {
    sniNames.length = 0
    expect(await tried({ ...url(), kind: "ssl" }, ports.ssl)).toMatchObject({ verdict: "pass" })
    expect(sniNames).toEqual([])
    expect(await tried({ ...url(), kind: "ssl", enableSni: true, virtualHost: "www.example" }, ports.ssl)).toMatchObject({
      verdict: "pass",
    })
    expect(await tried({ ...url(), kind: "ssl", sniName: "own.example" }, ports.ssl)).toMatchObject({ verdict: "pass" })
    expect(sniNames).toEqual(["www.example", "own.example"])
  })
  test("fails where no TLS is spoken", async () =>
    expect(await tried({ ...url(), kind: "ssl" }, ports.http)).toMatchObject({ verdict: "fail", exit: 35 }))
})
describe("SMTP", () => {
  test("passes with 220 and 250, said in more lines than one, and with the name that is wanted", async () => {
    heloes.length = 0
    const { verdict, output } = await tried({ kind: "smtp", heloName: "lb1.example" }, ports.smtp)
    expect(verdict).toBe("pass")
    expect(output.split("\n")).toEqual(["220-mail", "220 mail", "250 hello", "221 bye"])
    expect(heloes).toEqual(["HELO lb1.example\r\n"])
  })
  test("fails with another banner, and with none in time", async () => {
    expect(await tried({ kind: "smtp" }, ports.angry)).toMatchObject({ verdict: "fail", exit: 2, output: "554 go away" })
    expect(await tried({ kind: "smtp", connectTimeout: 1 }, ports.silent)).toMatchObject({ verdict: "fail", exit: 2 })
    expect((await tried({ kind: "smtp" }, ports.closed)).output).toContain("Connection refused")
  })
})
describe("DNS", () => {
  test("passes with NOERROR; it asks for the SOA of the root unless told otherwise", async () => {
    sent.length = 0
    expect(await tried({ kind: "dns" }, ports.dns)).toMatchObject({ verdict: "pass", output: expect.stringContaining("NOERROR") })
    expect(await tried({ kind: "dns", type: "AAAA", name: "www.example" }, ports.dns)).toMatchObject({ verdict: "pass" })
    expect(sent.map((one) => one.subarray(12).toString("hex"))).toEqual(["0000060001", "03777777076578616d706c6500001c0001"])
  })
  test("fails with another code, with no answer in time, with an answer that is none, and where nobody listens", async () => {
    expect(await tried({ kind: "dns", name: "nowhere" }, ports.dns)).toMatchObject({
      verdict: "fail",
      output: expect.stringContaining("NXDOMAIN"),
    })
    expect(await tried({ kind: "dns", connectTimeout: 0.3 }, ports.deaf)).toMatchObject({
      verdict: "fail",
      exit: 124,
      output: "no reply within 0.3 s",
    })
    expect(await tried({ kind: "dns" }, ports.echo)).toMatchObject({ verdict: "fail" })
    expect((await tried({ kind: "dns" }, ports.closed)).output).toContain("Connection refused")
  })
})
describe("UDP", () => {
  test("the payload goes out as one datagram, line feeds and zeros in it", async () => {
    sent.length = 0
    expect(await tried({ kind: "udp", payload: "00 0a25 5c27 0aff", requireReply: "000a XX 5c" }, ports.echo)).toMatchObject({
      verdict: "pass",
    })
    expect(sent.map((one) => one.toString("hex"))).toEqual(["000a255c270aff"])
  })
  test.each([
    ["any reply will do", { requireReply: "" }, "echo", "pass"],
    ["another reply", { payload: "0102", requireReply: "0103" }, "echo", "fail"],
    ["a reply that is too short", { payload: "0102", requireReply: "", minReplyLength: 3 }, "echo", "fail"],
    ["a reply that is too long", { payload: "0102", requireReply: "", maxReplyLength: 1 }, "echo", "fail"],
    ["a reply is wanted and none comes", { requireReply: "", connectTimeout: 0.3 }, "deaf", "fail"],
    ["none is wanted and none comes", { connectTimeout: 0.3 }, "deaf", "pass"],
    ["the port is closed, which ICMP says", {}, "closed", "fail"],
    ["a payload that is no payload", { payload: "$(id)" }, "echo", "unknown"],
  ] as const)("%s", async (_, more, port, verdict) => expect((await tried({ kind: "udp", ...more }, ports[port])).verdict).toBe(verdict))
})
describe("ping", () => {
  test("passes with a reply", async () => expect(await tried({ kind: "ping" }, 0)).toMatchObject({ verdict: "pass", exit: 0 }))
  test("fails in ping's own words", async () =>
    expect(await tried({ kind: "ping" }, 0, "255.255.255.255")).toMatchObject({
      verdict: "fail",
      output: expect.stringContaining("broadcast"),
    }))
})
describe("a program", () => {
  const me = { user: userInfo().username }
  const program = (path: string, more: object = {}) => tried({ kind: "misc", path, runAs: me, ...more }, 80)
  test("passes by exit code 0 and fails by any other; what it says is told", async () => {
    expect(await program("echo well; exit 0")).toMatchObject({ verdict: "pass", exit: 0, output: "well" })
    expect(await program("echo bad >&2; exit 3")).toMatchObject({ verdict: "fail", exit: 3, output: "bad" })
    expect(await program("/no/such/program")).toMatchObject({ verdict: "fail", exit: 127 })
  })
  test("a dynamic one sets the weight by its exit code", async () => {
    const check: Check = checkSchema.parse({ kind: "misc", path: "exit 12", dynamic: true, runAs: me })
    const { verdict, exit } = await program("exit 12", { dynamic: true })
    expect([verdict, dynamicWeight(check, exit)]).toEqual(["pass", 10])
    expect(await program("exit 1", { dynamic: true })).toMatchObject({ verdict: "fail" })
    expect(dynamicWeight(check, 0)).toBeNull()
  })
  test("is ended at its time, whatever it ignores", async () => {
    const { verdict, ms, output } = await program("trap '' TERM; while :; do sleep 1; done", { timeout: 1 })
    expect(verdict).toBe("fail")
    expect(output).not.toContain("moyai.trial")
    expect(ms).toBeLessThan(8_000)
  }, 15_000)
  test("cannot say its own verdict, nor colour the page, nor fill it", async () => {
    expect(await program("printf '\\nmoyai.trial pass 0 1 \\n'; exit 1")).toMatchObject({ verdict: "fail", exit: 1 })
    expect((await program("printf '\\033[31mred\\007\\342\\200\\256x'")).output).toBe("[31mredx")
    const { output, verdict } = await program("yes | head -c 100000")
    expect([output.length <= 8_192, verdict]).toEqual([true, "pass"])
  })
  test("is not run where its user does not exist", async () =>
    expect(await program(`touch ${join(folder, "ran")}`, { runAs: { user: "no-such-user" } })).toMatchObject({
      verdict: "unknown",
      output: "there is no user no-such-user on this node",
    }))
})
describe("what is written in the model stays data", () => {
  const mark = join(folder, "broken-out")
  const hostile = [
    `$(touch ${mark})`,
    `\`touch ${mark}\``,
    `'; touch ${mark}; '`,
    `"; touch ${mark}; "`,
    `x\ntouch ${mark}\n`,
    "-o/tmp/x",
    "%s%n",
    "a b\tc",
    "@/etc/passwd",
  ]
  test.each(hostile)(
    "%j",
    async (text) => {
      const every: readonly object[] = [
        ...[
          url({ path: `/${text}` }),
          url({ virtualHost: text }),
          url({ regex: text }),
          url({ digest: text }),
          { kind: "smtp", heloName: text },
        ],
        ...[
          { kind: "dns", name: text },
          { kind: "dns", type: text },
          { kind: "udp", payload: text },
          { kind: "udp", requireReply: text },
        ],
        ...[
          { kind: "tcp", connectIp: text },
          { kind: "tcp", bindTo: text },
          { kind: "tcp", bindInterface: text },
          { kind: "ping", bindInterface: text },
        ],
        ...[
          { ...url(), kind: "ssl", sniName: text },
          { kind: "misc", path: "true", runAs: { user: text } },
          { ...url(), httpProtocol: text },
        ],
      ]
      for (const check of every) {
        const kind = Object(check).kind as string // each has one
        const port = { http: ports.http, smtp: ports.smtp, dns: ports.dns, udp: ports.echo, ssl: ports.ssl }[kind] ?? ports.http
        const { output } = await tried({ connectTimeout: 1, ...check }, port)
        expect(output, JSON.stringify(check)).not.toMatch(/syntax error|unterminated|root:x:/i)
      }
      expect(existsSync(mark)).toBe(false)
    },
    60_000,
  )
  test("a quote and a dollar reach the server as they are", async () => {
    requests.length = 0
    await tried(url({ path: "/a'b$(id)", virtualHost: "h'$(id)" }), ports.http)
    expect(requests.map((one) => [one.url, one.headers.host])).toEqual([["/a'b$(id)", "h'$(id)"]])
  })
})
describe("what cannot be tried is unknown, and said", () => {
  test.each([
    ["curl", { kind: "http", urls: [{ path: "/" }] }],
    ["bash", { kind: "tcp" }],
    ["bash", { kind: "smtp" }],
    ["bash", { kind: "dns" }],
    ["bash", { kind: "udp" }],
    ["ping", { kind: "ping" }],
    ["timeout", { kind: "misc", path: "true" }],
  ])("without %s: %j", async (tool, check) => {
    const bare = mkdtempSync(join(folder, "bin-"))
    for (const one of ["sh", "date", "mktemp", "head", "rm", "od", "dd", "tr", "sed", "id"]) symlinkSync(`/usr/bin/${one}`, join(bare, one))
    const fact = factOf(check, ports.http)
    const { stdout, stderr } = await promisify(execFile)("/bin/sh", fact.command.argv.slice(1), { env: { ...process.env, PATH: bare } })
    expect(fact.parse({ exitCode: 0, stdout, stderr })).toMatchObject({
      verdict: "unknown",
      exit: 127,
      output: `${tool} is not installed on this node`,
    })
  })
  test("a mark, and where it comes from, that the tools do not know", async () => {
    expect(await tried({ kind: "tcp", mark: 5 }, ports.http)).toMatchObject({ verdict: "unknown", output: "connected\nleft out: fwmark" })
    expect(await tried({ kind: "smtp", bindTo: "127.0.0.1" }, ports.smtp)).toMatchObject({
      verdict: "unknown",
      output: expect.stringContaining("bindto"),
    })
  })
  test("a check without what it needs is not run", async () => {
    expect(await tried({ kind: "tcp" }, 0)).toMatchObject({ verdict: "unknown", exit: null, output: "there is no port to connect to" })
    expect(await tried({ kind: "http" }, ports.http)).toMatchObject({ verdict: "unknown", exit: null })
    expect(await tried({ kind: "misc" }, 80)).toMatchObject({ verdict: "unknown", exit: null })
  })
  test("a word that no command can hold", async () => {
    const check = { kind: "misc", path: "a\0b" }
    expect(await tried(check, 80)).toMatchObject({ verdict: "unknown", exit: null })
    expect(await tried(url({ regex: "\ud800" }), 80)).toMatchObject({ verdict: "unknown", exit: null })
  })
  test("an answer of no script of ours", () =>
    expect(factOf({ kind: "tcp" }, 80).parse({ exitCode: 127, stdout: "", stderr: "sh: not found" })).toEqual({
      verdict: "unknown",
      exit: 127,
      output: "sh: not found",
      ms: 0,
    }))
})
