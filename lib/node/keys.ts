import { createHash, generateKeyPairSync, randomBytes } from "node:crypto"
import type { ServerHostKeyAlgorithm } from "ssh2"

/** "SHA256:…", as ssh-keygen -lf prints it, of a key as in known_hosts. */
export function fingerprintOf(hostKey: string): string {
  const blob = Buffer.from(hostKey.split(" ")[1] ?? "", "base64")
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`
}
/** "ssh-ed25519 AAAA…" of the key blob that a server offers. */
export function hostKeyOf(blob: Buffer): string {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0
  return `${blob.subarray(4, 4 + length).toString("latin1")} ${blob.toString("base64")}`
}

/** What a host may prove itself with, best first; SHA-1 signatures (ssh-rsa) are not among them. */
const ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
]
/**
 * The pinned key's own algorithms first: a host that still has that key shows it, whatever others it has.
 * The others come after, so that a host without it is seen for what it is, with the fingerprint of what it shows instead.
 */
export function algorithmsOf(hostKey: string): ServerHostKeyAlgorithm[] {
  const type = hostKey.split(" ")[0] ?? ""
  const isOwn = (name: string) => name === type || (type === "ssh-rsa" && name.startsWith("rsa-"))
  return [...ALGORITHMS.filter(isOwn), ...ALGORITHMS.filter((name) => !isOwn(name))]
}

/**
 * A new ed25519 pair in OpenSSH's format (PROTOCOL.key), unencrypted: whoever stores it seals it.
 * The private half is a Buffer: ssh2 fails with a parsed key (stack.md §5). ssh2's own generator is not used:
 * of the pairs that it makes, about one in a hundred cannot be read back. Nor is a key object exported (as JWK): Node.js 20 stands still
 * for ever when what generated it is collected at that moment, for both wait for one lock in one thread.
 */
export function newKeyPair(comment: string): { readonly publicKey: string; readonly privateKey: Buffer } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  })
  // RFC 8410: both end with the 32 bytes that are the key.
  const [pub, seed] = [publicKey.subarray(-32), privateKey.subarray(-32)]
  const blob = Buffer.concat([counted("ssh-ed25519"), counted(pub)])
  const check = randomBytes(4)
  const secret = Buffer.concat([check, check, blob, counted(Buffer.concat([seed, pub])), counted(comment)])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, -secret.length & 7)
  const none = [counted("none"), counted("none"), counted("")]
  const one = Buffer.from([0, 0, 0, 1])
  const file = Buffer.concat([Buffer.from("openssh-key-v1\0"), ...none, one, counted(blob), counted(Buffer.concat([secret, padding]))])
  const lines = file.toString("base64").match(/.{1,70}/g) ?? []
  const pem = ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n")
  return { publicKey: `ssh-ed25519 ${blob.toString("base64")} ${comment}`.trim(), privateKey: Buffer.from(pem) }
}
/** A string of the SSH protocol (RFC 4251 §5): its length in four bytes, and itself. */
function counted(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
