import { basename } from "node:path"
import type { CommanderError } from "commander"
import type { Deps } from "./commands/context"
import { exits } from "./exit"
import { placeOf } from "./panel"
import { oldNames, programOf } from "./program"
import { endOf } from "./refusal"

const isUsage = (error: unknown): error is CommanderError =>
  error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("commander.")

/** One command; `invoked` is the path by which it was called: under an old name it is the old command. Resolves to the exit status. */
export async function run(invoked: string, args: readonly string[], deps: Deps): Promise<number> {
  const { io } = deps
  const twin = async (name: string, rest: readonly string[]): Promise<number> => {
    const { runTwin } = await import("./commands/twins")
    return runTwin(io, async () => placeOf(await deps.panel(), io.env.MOYAI_CLUSTER), name, rest)
  }
  const called = basename(invoked)
  if (oldNames.includes(called)) return twin(called, args)
  let exit = 0
  const program = programOf(deps, async (name, rest) => {
    exit = await twin(name, rest)
  })
  // An old command's own options, above all -v and -h, are not for us.
  const [first = "", ...rest] = args
  if (oldNames.includes(first)) return twin(first, rest)
  for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)])
    command
      .exitOverride()
      .configureOutput({ writeOut: io.out, writeErr: io.err, getOutHelpWidth: () => io.columns, getErrHelpWidth: () => io.columns })
  try {
    await program.parseAsync(args, { from: "user" })
    return exit
  } catch (error) {
    if (isUsage(error)) return error.exitCode === 0 ? exits.done : exits.usage
    const end = endOf(error)
    const isJson = args.includes("--json")
    if (isJson && end.message !== "") io.out(`${JSON.stringify({ error: { text: end.message, ...end.detail } }, null, 2)}\n`)
    else if (end.message !== "") io.err(`moyai: ${end.message}\n`)
    return end.exit
  }
}
