import { createHash } from "node:crypto"

/** SHA-256 in hex: to tell whether two texts are the same, and to keep what nobody could guess (tokens), never a password. */
export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex")
