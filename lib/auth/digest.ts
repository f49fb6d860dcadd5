import { createHash } from "node:crypto"

/** SHA-256 in hex: to tell whether two texts are the same, never for what could be guessed. */
export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex")
