/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  // `npm run check` runs tsc over everything; once is enough.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "ssh2",
    "cpu-features",
    "@node-rs/argon2",
    "@libsql/client",
    "libsql",
    "@prisma/client",
    "@prisma/adapter-libsql",
    "pino",
  ],
}
export default config
