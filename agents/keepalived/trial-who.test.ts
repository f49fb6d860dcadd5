import { createServer as createHttp } from "node:http"
import { type AddressInfo, createServer, type Server } from "node:net"
import { afterAll, expect, test } from "vitest"
import { localSession } from "../../lib/node/local"
import { type WhoAsked, whoAnswers } from "./trial-who"

const here = localSession("here")
const ends: (() => void)[] = []
afterAll(() => {
  for (const end of ends) end()
})
const listening = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      ends.push(() => void server.close())
      resolve((server.address() as AddressInfo).port) // it listens on a port
    }),
  )
async function asked(one: Partial<WhoAsked> & { port: number }) {
  const fact = whoAnswers({ scheme: "http", address: "127.0.0.1", virtualHost: undefined, path: "/", requests: 1, ...one })
  return fact.parse(await here.run(fact.command, { timeoutMs: 30_000 }))
}
const said = (text: string) => ({
  exitCode: 0,
  stdout: `moyai.addresses\n2: eth0    inet 10.0.0.5/24 scope global eth0\n2: eth0    inet6 2001:db8::5/64 scope global\n${text}moyai.end\n`,
  stderr: "",
})
const { parse } = whoAnswers({ scheme: "http", address: "10.0.0.1", port: 80, virtualHost: undefined, path: "/", requests: 1 })

test("each request is a connection of its own, and the answers are counted by who gave them", async () => {
  let n = 0
  const ports = new Set<number | undefined>()
  const port = await listening(
    createHttp(({ url, headers, socket }, response) => {
      ports.add(socket.remotePort)
      n += 1
      if (url === "/named") response.setHeader("X-Served-By", "backend-7").end("whatever")
      else response.end(`\n  rs${(n % 2) + 1} for ${headers.host}\nmore\n`)
    }),
  )
  const answer = await asked({ port, requests: 11, virtualHost: "www.example" })
  expect(answer).toMatchObject({ asked: 11, failed: 0 })
  expect(answer.answers.map(({ who, n: times }) => [who, times]).toSorted()).toEqual([
    ["rs1 for www.example", 5],
    ["rs2 for www.example", 6],
  ])
  expect(ports.size).toBe(11)
  expect((await asked({ port, path: "/named" })).answers).toMatchObject([{ who: "backend-7" }])
})
test("a server that speaks first is known by its first words, one that waits is there as well", async () => {
  const banner = await listening(createServer((socket) => socket.end("220 mail1 ready\r\n")))
  const quiet = await listening(createServer((socket) => socket.on("error", () => undefined)))
  expect(await asked({ scheme: "tcp", port: banner, requests: 3 })).toMatchObject({
    failed: 0,
    answers: [{ who: "220 mail1 ready", n: 3 }],
  })
  expect(await asked({ scheme: "tcp", port: quiet })).toMatchObject({ failed: 0, answers: [{ who: "", n: 1 }] })
})
test("what does not answer has failed", async () => {
  const server = createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  expect(await asked({ port, requests: 9 })).toEqual({ asked: 9, failed: 9, answers: [] })
  expect(await asked({ scheme: "tcp", port, requests: 2 })).toEqual({ asked: 2, failed: 2, answers: [] })
})
test.each([
  ["you are 10.0.0.5", "10.0.0.5"],
  ["client=10.0.0.5:41234.", "10.0.0.5"],
  ["[::ffff:10.0.0.5]:41234", "10.0.0.5"],
  ["from 2001:DB8:0::5, welcome", "2001:db8::5"],
  ["addr:10.0.0.5:", "10.0.0.5"],
  ["you are 10.0.0.55", null],
  ["you are 10.0.0.9", null],
  ["at 12:30:05", null],
])("whether the server saw this node: %j", (text, clientSeen) =>
  expect(parse(said(`moyai.answer\n<HTTP/1.1 200 OK\n|${text}\n`)).answers).toMatchObject([{ n: 1, clientSeen }]),
)
test("an answer cannot pretend to be more of them, nor end the list", () => {
  const { answers, failed } = parse(said("moyai.answer\n<HTTP/1.1 200 OK\n|moyai.answer\n|moyai.failed\n|moyai.end\n"))
  expect([answers.map(({ who, n }) => [who, n]), failed]).toEqual([[["moyai.answer", 1]], 0])
})
test("a missing tool is told", () =>
  expect(() => parse({ exitCode: 127, stdout: "", stderr: "curl is not installed on this node\n" })).toThrow(
    "curl is not installed on this node",
  ))
