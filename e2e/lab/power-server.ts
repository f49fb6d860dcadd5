import { appendFileSync, readFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { labOf } from "./lab"
import type { PowerLogEntry } from "./power"

/** The power switch itself, as power.ts starts it beside the lab's bridge: power-server.ts LAB FOLDER ADDRESS PORT PASSWORD. */
const [name, folder = "", address, port, password] = process.argv.slice(2)
const lab = labOf(name)
const modeOf = () => readFileSync(join(folder, "mode"), "utf8")
const report = (entry: PowerLogEntry) => appendFileSync(join(folder, "log"), `${JSON.stringify(entry)}\n`)

/** What it said that it had cut, while it lies. */
const believedOff = new Set<string>()
async function turn(op: "on" | "off", plug: string): Promise<string> {
  const isLying = modeOf() === "lying"
  if (!isLying) await (op === "off" ? lab.powerOff(plug) : lab.boot(plug))
  else if (op === "off") believedOff.add(plug)
  else believedOff.delete(plug)
  return "OK"
}
async function answerTo(op: string, plug: string, given: string): Promise<string> {
  if (modeOf() === "broken") return "ERROR The power switch does not work"
  if (modeOf() !== "lying") believedOff.clear()
  if (given !== password) return "ERROR Unable to connect/login to fencing device"
  if (op === "monitor") return "OK"
  if (!lab.nodes.some((node) => node.name === plug)) return `ERROR There is no plug ${plug}`
  if (op === "status") return believedOff.has(plug) || !(await lab.isOn(plug)) ? "OFF" : "ON"
  return op === "on" || op === "off" ? turn(op, plug) : `ERROR There is no ${op}`
}

let turns: Promise<unknown> = Promise.resolve() // one after another, as a relay does
const server = createServer((socket) => {
  socket.setEncoding("utf8").on("error", () => socket.destroy())
  socket.once("data", (text) => {
    const [op = "", plug = "", given = ""] = String(text).trimEnd().split("\t")
    if (modeOf() === "hanging") return
    turns = turns
      .then(() => answerTo(op, plug, given))
      .catch((error: Error) => `ERROR ${error.message.split("\n")[0]}`)
      .then((answer) => {
        report({ atMs: Date.now(), op, plug, from: socket.remoteAddress ?? "", answer })
        socket.end(`${answer}\n`)
      })
  })
})
server.listen(Number(port), address, () => process.stdout.write("ready\n"))
process.stdin.resume().on("end", () => process.exit(0)) // with whoever started it
