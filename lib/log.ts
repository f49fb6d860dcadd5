import pino from "pino"

/** JSON lines on stdout; no secret is ever handed to it. */
export const log = pino({ level: process.env.MOYAI_LOG_LEVEL ?? "info", base: null, timestamp: pino.stdTimeFunctions.isoTime })
export const logError = (where: string, error: unknown): void => log.error({ where, err: error instanceof Error ? { message: error.message, stack: error.stack } : String(error) })
