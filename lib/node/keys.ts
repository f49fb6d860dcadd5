import { createHash } from "node:crypto"
import ssh2 from "ssh2"

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
/** Algorithms by which a pinned key of this type may prove itself: no other kind of key is even asked for. */
export const algorithmsOf = (hostKey: string): readonly string[] => {
  const type = hostKey.split(" ")[0] ?? ""
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type]
}
/** A new ed25519 pair in OpenSSH's format. The private half is a Buffer: ssh2 fails with a parsed key (stack.md §5). */
export function newKeyPair(comment: string): { readonly publicKey: string; readonly privateKey: Buffer } {
  const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment })
  return { publicKey: pair.public, privateKey: Buffer.from(pair.private) }
}
