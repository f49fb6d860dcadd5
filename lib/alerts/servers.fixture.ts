import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"
import type { Lookup } from "./address"

/** A key and a certificate that vouches for itself. */
export function certificateOf(name: string) {
  const dir = mkdtempSync(join(tmpdir(), "moyai-cert-"))
  const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")]
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`]
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject]
  execFileSync("openssl", args, { stdio: "ignore" })
  const made = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") }
  rmSync(dir, { recursive: true })
  return made
}
type Asked = { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }
/** A real HTTP server on loopback that remembers what it was asked. */
export async function httpServer(
  answer: (response: ServerResponse, asked: Asked) => void = (response) => void response.writeHead(204).end(),
  tls?: { readonly key: string; readonly cert: string },
) {
  const asked: Asked[] = []
  const listener: RequestListener = async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const { method = "", url = "", headers } = request
    const entry = { method, url, headers, body: Buffer.concat(parts).toString() }
    asked.push(entry)
    answer(response, entry)
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  }
  return { asked, port, url: `http://127.0.0.1:${port}/hook`, close }
}

type Mail = {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly user: string
  readonly isSecure: boolean
}
/** A real SMTP server on loopback that keeps its mail. */
export async function smtpServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = []
  const logins: string[] = []
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    authOptional: true,
    onAuth: ({ username = "", password }, _session, callback) => {
      logins.push(`${username}:${password}`)
      return password?.startsWith("right") ? callback(null, { user: username }) : callback(new Error(`no such ${password}`))
    },
    onData: (stream, { envelope: { mailFrom, rcptTo }, user, secure }, callback) => {
      const parts: Buffer[] = []
      stream.on("data", (part: Buffer) => parts.push(part))
      stream.on("end", () => {
        const from = mailFrom === false ? "" : mailFrom.address
        mails.push({
          from,
          to: rcptTo.map((r) => r.address),
          raw: Buffer.concat(parts).toString(),
          user: String(user ?? ""),
          isSecure: secure,
        })
        callback()
      })
    },
    ...options,
  })
  server.on("error", () => undefined) // a client that hangs up
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
  const { port } = server.server.address() as AddressInfo // it listens on TCP
  return { mails, logins, port, close: () => new Promise<void>((resolve) => server.close(() => resolve())) }
}

/** A name server that gives the answers one after the other, the last one for ever. */
export const lookupOf = (...answers: readonly (readonly string[])[]) => {
  const asked: string[] = []
  const lookup: Lookup = (hostname, _, callback) => {
    const answer = answers[Math.min(asked.push(hostname), answers.length) - 1] ?? []
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    )
  }
  return { asked, lookup }
}
