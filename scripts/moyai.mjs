#!/usr/bin/env node
// The command line from a clone: `npm run -s moyai -- …`. It is bundled anew when what it is made of has changed.
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const BUNDLE = path.join(root, "dist/cli/moyai.mjs")
const INPUTS = path.join(root, "dist/cli/inputs.json")
const stamp = (file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY

function isFresh() {
  const made = fs.statSync(BUNDLE, { throwIfNoEntry: false })?.mtimeMs
  if (made === undefined || !fs.existsSync(INPUTS)) return false
  return JSON.parse(fs.readFileSync(INPUTS, "utf8")).every((file) => stamp(file) <= made)
}
/** One file that starts at once, and parts that are loaded when a command needs them. What holds machine code stays outside. */
export async function bundleCli() {
  const { build } = await import("esbuild")
  const before = fs.existsSync(path.dirname(BUNDLE)) ? fs.readdirSync(path.dirname(BUNDLE)) : []
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["cli/moyai.ts"],
    outdir: "dist/cli",
    outExtension: { ".js": ".mjs" },
    ...{
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      target: "node20",
      metafile: true,
      logLevel: "warning",
      minify: true,
    },
    external: ["@libsql/*", "@node-rs/*", "@prisma/*"],
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as moyaiRequire } from 'node:module';const require = moyaiRequire(import.meta.url);",
    },
  })
  fs.writeFileSync(INPUTS, JSON.stringify(Object.keys(metafile.inputs).filter((file) => !file.startsWith("node_modules/"))))
  fs.chmodSync(BUNDLE, 0o755)
  const made = new Set([...Object.keys(metafile.outputs).map((file) => path.basename(file)), path.basename(INPUTS)])
  for (const name of before.filter((file) => !made.has(file))) fs.rmSync(path.join(path.dirname(BUNDLE), name), { force: true })
}
if (fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (!isFresh()) await bundleCli()
  process.argv[1] = BUNDLE
  await import(BUNDLE)
}
