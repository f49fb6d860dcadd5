import pino from "pino"

/** A wrong one is refused by readEnv, with its reason; the logger is there before that. */
const level = ["debug", "info", "warn", "error"].find((known) => known === process.env.MOYAI_LOG_LEVEL) ?? "info"
/** A safety net under the rule that no secret is handed to the log. */
const paths = ["password", "passwordHash", "token", "secret", "privateKey", "cookie", "authorization", "body"].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
])

/** JSON lines on stdout, times in UTC; JSON also keeps a line break in a value from making a line of its own. */
export const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: "***" } })
export const logError = (where: string, error: unknown): void =>
  log.error({ where, err: error instanceof Error ? { message: error.message, stack: error.stack } : String(error) })
