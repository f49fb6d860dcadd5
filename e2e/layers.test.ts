import { readdirSync, readFileSync } from "node:fs"
import { dirname, posix } from "node:path"
import { expect, test } from "vitest"

type Rule = RegExp | "self"
const node = /^node:/
const domain = /^lib\/domain\//
const ports = /^lib\/node\/(sh|session|put-script)$/
const drivers = /^agents\/(contract|registry)$/
const small = /^lib\/(bus|clock|log)$/
/** Each room and what it may import (DESIGN §3, ADR 0006). The first that matches counts; "self" is the file's own driver folder. */
const rooms: readonly { readonly at: RegExp; readonly mayImport: readonly Rule[] }[] = [
  { at: /^lib\/domain\//, mayImport: [domain, /^zod$/] },
  { at: /^lib\/(bus|clock|log|env)\.ts$/, mayImport: [domain, node, /^(zod|pino)$/] },
  { at: /^lib\/node\//, mayImport: [domain, /^lib\/node\//, /^ssh2$/, node] },
  // A file format and no driver: cluster.conf, for the offline tools and the import.
  { at: /^agents\/cluster-conf\//, mayImport: ["self", /^agents\/schemas$/, domain, /^saxes$/] },
  // What keepalived, Piranha and ipvsadm write: formats, pure and offline; the drivers of two of them stand beside.
  {
    at: /^agents\/(keepalived|lvs-cf|ipvs)\/(?!driver|sim|schema|facts|parse-facts|read-table|trial|connections|operations|fit)/,
    mayImport: ["self", /^agents\/ipvs-hex$/, domain],
  },
  {
    at: /^agents\/[^/]+\//,
    mayImport: ["self", /^agents\/(contract|agent-[^/]+|ipvs-[^/]+)$/, domain, ports, /^zod$/, /^fast-xml-parser$/, /^node:crypto$/],
  },
  // The kernel's table, which two drivers read; and any of the formats, recognised by itself.
  { at: /^agents\/ipvs-/, mayImport: [/^agents\/(contract|agent-line|ipvs-[^/]+)$/, domain, ports] },
  { at: /^agents\/balancer-format/, mayImport: [/^agents\/(keepalived|lvs-cf|ipvs)\/(parse|import)[^/]*$/, domain] },
  // What drivers of agents share: no driver imports another.
  { at: /^agents\/agent-/, mayImport: [/^agents\/agent-[^/]+$/, domain, ports, /^zod$/, /^fast-xml-parser$/] },
  { at: /^agents\/contract/, mayImport: [domain, ports, /^zod$/] },
  { at: /^agents\/registry/, mayImport: [/^agents\/(contract|balancer-format|ipvs-[^/]+)$/, /^agents\/[^/]+\/(driver|sim)$/, domain] },
  { at: /^agents\/schemas/, mayImport: [/^agents\/[^/]+\/(schema|rgmanager)$/] },
  { at: /^lib\/db\//, mayImport: [domain, /^lib\/db\//, /^@prisma\//, /^@libsql\//, node] },
  { at: /^lib\/auth\//, mayImport: [domain, /^lib\/(db|auth)\//, /^@node-rs\/argon2$/, node] },
  { at: /^lib\/(inventory|jobs)\//, mayImport: [domain, /^lib\/(node|db|inventory|jobs)\//, drivers, small, /^zod$/] },
  { at: /^lib\/keeper\//, mayImport: [domain, /^lib\/(node|db|inventory|jobs|keeper)\//, drivers, small, /^zod$/] },
  {
    at: /^lib\/alerts\//,
    mayImport: [domain, /^lib\/(db|auth|alerts)\//, /^lib\/keeper\/keeper$/, /^lib\/clock$/, /^(zod|nodemailer)$/, node],
  },
  { at: /^lib\/sim\//, mayImport: [domain, /^lib\/(node|sim)\//, drivers, small, node] },
  // The engine is where the rooms are put together; the server room is the only one that sees all of them.
  { at: /^lib\/engine\.ts$/, mayImport: [domain, /^lib\/(db|inventory|jobs|keeper|alerts)\//, small] },
  { at: /^(lib\/server\/|server\.ts)/, mayImport: [/^lib\/(?!verbs|client|i18n)/, drivers, node, /^next$/, /^zod$/] },
  {
    at: /^lib\/verbs\//,
    mayImport: [
      domain,
      /^lib\/(db|auth|inventory|verbs)\//,
      /^lib\/jobs\/(submit|job|store)$/,
      /^lib\/keeper\//,
      /^lib\/(engine|bus)$/,
      /^agents\/(contract|registry|schemas)$/,
      // cluster.conf is text: nothing of it runs.
      /^agents\/cluster-conf\//,
      /^(zod|react|next\/.*|@orpc\/server|diff)$/,
    ],
  },
  // The door for programs: the same verbs over HTTP, in words of the catalogue, for whoever has a token.
  {
    at: /^lib\/api\//,
    mayImport: [
      domain,
      /^lib\/(api|auth|db|i18n|verbs)\//,
      /^lib\/(engine|bus|log)$/,
      /^@orpc\/(server|openapi|zod|json-schema)(\/.*)?$/,
      /^(use-intl\/core|zod)$/,
      node,
    ],
  },
  {
    at: /^lib\/client\//,
    mayImport: [domain, /^lib\/client\//, /^lib\/verbs\/router$/, /^(react|zod)$/, /^@orpc\//, /^@tanstack\/react-query$/],
  },
  { at: /^lib\/i18n\//, mayImport: [domain, /^lib\/i18n\//, /^(use-intl|react)(\/.*)?$/, /^next\//] },
  {
    at: /^components\//,
    mayImport: [
      domain,
      /^components\//,
      /^lib\/(client|i18n)\//,
      /^lib\/verbs\/session\/actions$/,
      /^agents\/schemas$/,
      /^(react|next|use-intl|zod|@tanstack\/react-(query|virtual)|@orpc\/client)(\/.*)?$/,
    ],
  },
  // The command line: the panel's verbs by type alone, its words, and what it needs to read a cluster.conf without a panel.
  {
    at: /^cli\/offline\//,
    mayImport: [domain, /^cli\/offline\//, /^agents\/(cluster-conf\/|keepalived\/|lvs-cf\/|ipvs\/|schemas$|agent-|balancer-format$)/],
  },
  { at: /^cli\/commands\/admin/, mayImport: [/^cli\//, /^lib\/(auth|db)\//, /^lib\/env$/, node] },
  {
    at: /^cli\//,
    mayImport: [domain, /^cli\//, /^lib\/(i18n\/messages|verbs\/router)$/, /^(zod|commander|use-intl\/core|@orpc\/server)$/, node],
  },
  {
    at: /^app\//,
    mayImport: [
      domain,
      /^app\//,
      /^components\//,
      /^lib\/(verbs|api|client|i18n|auth)\//,
      /^lib\/(engine|bus|log)$/,
      /^(react|next|use-intl|@orpc\/server|@tanstack\/react-query|@fontsource-variable)(\/.*)?$/,
    ],
  },
]
const ownFolder = (file: string) => file.match(/^agents\/[^/]+\//)?.[0]

function violations(file: string, source: string): string[] {
  const room = rooms.find(({ at }) => at.test(file))
  return [...source.matchAll(/(?:^|[\s;])(?:from|import)\s*\(?\s*["']([^"'\\\n]+)["']/g)]
    .map(([, s = ""]) => ({ from: s, target: s.startsWith("@/") ? s.slice(2) : s.startsWith(".") ? posix.join(dirname(file), s) : s }))
    .filter(({ from }) => !/\.css$/.test(from))
    .filter(
      ({ target }) => !room?.mayImport.some((rule) => (rule === "self" ? target.startsWith(ownFolder(file) ?? "?") : rule.test(target))),
    )
    .map(({ target }) => `${file} must not import ${target}`)
}
const files = ["lib", "agents", "cli", "components", "app"].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" }).map((file) => `${root}/${file}`),
)
const sources = [
  "server.ts",
  ...files.filter((file) => /(?<!\.test|\.scenario|\.fixture)\.tsx?$/.test(file) && !file.startsWith("lib/db/generated/")),
]

test("every file imports only what its room may", () => {
  expect(sources.length).toBeGreaterThan(80)
  expect(sources.flatMap((file) => violations(file, readFileSync(file, "utf8")))).toEqual([])
})
test("the browser's side and the command line take only types of the verbs, and the three server actions", () => {
  const browser = sources.filter((file) => /^(lib\/client|components|cli)\//.test(file))
  const taken = browser.filter((file) =>
    /import (?!type)[^"']*["'](@\/|\.\.\/)+(lib\/)?verbs\/(?!session\/actions)/.test(readFileSync(file, "utf8")),
  )
  expect(taken).toEqual([])
})
test.each([
  ["lib/domain/placement.ts", "../node/sh"],
  ["lib/domain/plan.ts", "node:crypto"],
  ["lib/node/claim.ts", "@/lib/jobs/job"],
  ["lib/jobs/run-job.ts", "ssh2"],
  ["lib/jobs/run-job.ts", "@/agents/ocf/driver"],
  ["lib/jobs/run-job.ts", "../sim/cluster"],
  ["lib/sim/cluster.ts", "../jobs/run-job"],
  ["agents/ocf/driver.ts", "../keepalived/parse"],
  ["agents/ocf/driver.ts", "../registry"],
  ["agents/ocf/operations.ts", "@/lib/node/claim"],
  ["agents/fence/metadata.ts", "../ocf/metadata"],
  ["agents/agent-metadata.ts", "./ocf/schema"],
  ["agents/cluster-conf/xml.ts", "../ocf/driver"],
  ["agents/ipvs/parse-save.ts", "../keepalived/text"],
  ["agents/keepalived/parse.ts", "../contract"],
  ["agents/registry.ts", "./ocf/parse"],
  ["lib/verbs/node/enrol.ts", "../../node/sh"],
  ["lib/verbs/node/enrol.ts", "@prisma/client"],
  ["components/ui/button.tsx", "@/lib/verbs/router"],
  ["components/ui/button.tsx", "@/lib/db/client"],
  ["cli/program.ts", "../lib/db/client"],
  ["cli/offline/order.ts", "commander"],
  ["lib/unknown/room.ts", "zod"],
])("%s may not import %s", (file, target) => expect(violations(file, `import { x } from "${target}"`)).toHaveLength(1))
