// One start of the panel, as a process of its own: migrates as soon as the file `go` is there, and prints what it applied.
import { existsSync } from "node:fs"
import { migrate } from "./migrate"

const [file = "", dir = "", go = ""] = process.argv.slice(2)
const wait = setInterval(() => {
  if (!existsSync(go)) return
  clearInterval(wait)
  migrate(file, dir).then(
    (applied) => console.log(applied.join(" ")),
    (error: unknown) => {
      console.error(error)
      process.exitCode = 1
    },
  )
}, 1)
console.log("ready")
