import { z } from "zod"
import { TOKEN_DAYS_MAX, TOKEN_NAME_MAX } from "../../domain/token"

/** Shown in lists and in the record, in any script. */
export const TokenName = z
  .string()
  .max(TOKEN_NAME_MAX, "tokenName")
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@:-]*$/u, "tokenName")
export const Days = z.int("tokenDays").min(1, "tokenDays").max(TOKEN_DAYS_MAX, "tokenDays")
