import type { Bench, Figure } from "./figure"

const benches: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  ssh: () => import("./ssh"),
  decision: () => import("./decision"),
  inventory: () => import("./inventory"),
  matrix: () => import("./matrix"),
  relocation: () => import("./relocation"),
  pacemaker: () => import("./pacemaker"),
  fencing: () => import("./fencing"),
  status: () => import("./status"),
  balancer: () => import("./balancer"),
  "balancer-browser": () => import("./balancer-browser"),
  badge: () => import("./badge"),
  javascript: () => import("./javascript"),
  clone: () => import("./clone"),
}
const words = process.argv.slice(2)
const isJson = words.includes("--json")
const wanted = words.filter((word) => !word.startsWith("-"))
const unknown = wanted.find((name) => !(name in benches))
if (unknown !== undefined) {
  console.error(`no bench is called ${unknown}; there are: ${Object.keys(benches).join(", ")}`)
  process.exit(2)
}
const line = ({ name, value, unit, against, target, met, detail }: Figure): string =>
  `${met ? "met   " : "MISSED"} ${name}: ${value} ${unit} (target ${target}) against ${against}; ${detail}`

for (const [name, load] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  try {
    const { bench } = await load()
    for (const figure of await bench.run()) console.log(isJson ? JSON.stringify(figure) : line(figure))
  } catch (error) {
    // A refusal says why in its reports.
    const data = error instanceof Error && "data" in error ? ` ${JSON.stringify(error.data).slice(0, 600)}` : ""
    const why = error instanceof Error ? error.message + data : String(error)
    console.log(isJson ? JSON.stringify({ name, error: why }) : `NOT RUN ${name}: ${why}`)
    process.exitCode = 1
  }
}
process.exit()
