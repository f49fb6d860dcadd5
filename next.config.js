/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  serverExternalPackages: ["ssh2", "cpu-features", "@node-rs/argon2", "@libsql/client", "libsql", "@prisma/client", "@prisma/adapter-libsql", "pino"],
}
export default config
