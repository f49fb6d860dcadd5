import { once } from "node:events"
import net from "node:net"
import { expect, test, vi } from "vitest"
import { checkPort } from "./checks.mjs"
import { Failed, run } from "./run.mjs"

test("a port that is taken is told, with the command that takes another one", async () => {
  const server = net.createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address()
  await expect(checkPort("127.0.0.1", String(port), "npm run demo")).rejects.toThrow(
    `port ${port} on 127.0.0.1 is taken: end what listens there, or choose another port, as in MOYAI_PORT=3700 npm run demo`,
  )
  server.close()
  await once(server, "close")
  expect(await checkPort("127.0.0.1", String(port), "npm run demo")).toBeUndefined()
})
test.each(["0", "65536", "80.5", "http", ""])("MOYAI_PORT=%s is no port", (port) =>
  expect(checkPort("127.0.0.1", port, "npm start")).rejects.toThrow("1 to 65535"),
)
test("an address of another machine is told", () =>
  expect(checkPort("192.0.2.1", "3636", "npm start")).rejects.toThrow("192.0.2.1 is no address of this machine"))

test("a program that fails shows its last lines, and what to do", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined)
  const failing = run("installing", "sh", ["-c", "for i in $(seq 100); do echo line $i; done; exit 3"], { advice: "Try again" })
  await expect(failing).rejects.toThrow(/^installing: `sh -c .*` ended with 3 after [\d.]+ s\nTry again$/s)
  expect(told.mock.calls[0]?.[0]).toMatch(/line 99\nline 100\n$/)
  expect(told.mock.calls[0]?.[0]).not.toContain("line 50\n")
  told.mockRestore()
})
test("a program that is not there is told", () => expect(run("x", "no-such-program-of-moyai", [])).rejects.toThrow(Failed))
