import { run } from "./run"
import { terminalIo } from "./terminal"

const io = terminalIo()
// A reader that has seen enough (| head) ends us quietly.
process.stdout.on("error", () => process.exit(0))
const panel = async () => {
  const [{ accessOf }, { httpPanel }] = await Promise.all([import("./config"), import("./http")])
  return httpPanel(await accessOf(io.env))
}
process.exitCode = await run(process.argv[1] ?? "moyai", process.argv.slice(2), { io, panel })
// Standard input may be open still; what was written is written out first.
process.stdin.unref?.()
