import { join, resolve } from "node:path"
import { z } from "zod"

const Env = z.object({
  MOYAI_DATA: z.string().min(1).default("data"),
  MOYAI_HOST: z.string().min(1).default("127.0.0.1"),
  MOYAI_PORT: z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(1, "must be 1 to 65535")
    .max(65535, "must be 1 to 65535")
    .default(3636),
  MOYAI_KEY_FILE: z.string().min(1).optional(),
  MOYAI_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an http or https URL, such as https://moyai.example.net" })
    .refine((url) => !URL.canParse(url) || new URL(url).pathname === "/", "must be without a path, such as https://moyai.example.net")
    .transform((url) => new URL(url).origin)
    .optional(),
  MOYAI_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"], "must be debug, info, warn or error").default("info"),
  MOYAI_DEMO: z.enum(["0", "1"], "must be 0 or 1").default("0"),
  MOYAI_DEMO_PASSWORD: z.string().min(1).optional(),
})

/** The settings of docs/settings.md. @throws Error that names every setting that is wrong, and what it must be. */
export function readEnv(raw: Readonly<Record<string, string | undefined>>) {
  const ours = Object.fromEntries(Object.entries(raw).filter(([name, value]) => name.startsWith("MOYAI_") && value !== ""))
  const parsed = Env.safeParse(ours)
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join(".")}=${ours[String(path[0])]}: ${message}`).join("\n"))
  const e = parsed.data
  const dataDir = resolve(e.MOYAI_DATA)
  return {
    dataDir,
    databaseFile: join(dataDir, "moyai.db"),
    keyFile: e.MOYAI_KEY_FILE === undefined ? join(dataDir, "secret.key") : resolve(e.MOYAI_KEY_FILE),
    host: e.MOYAI_HOST,
    port: e.MOYAI_PORT,
    publicUrl: e.MOYAI_PUBLIC_URL,
    logLevel: e.MOYAI_LOG_LEVEL,
    isDemo: e.MOYAI_DEMO === "1",
    demoPassword: e.MOYAI_DEMO_PASSWORD,
  }
}
