import type { CommandResult } from "../../lib/node/session"
import { lineOf } from "../agent-line"
import type { Power } from "./schema"

const TEXT_MAX = 64 * 1024
/** Without the log's time, which would make every reading look like news. */
const wordsOf = (line: string): string =>
  line.replace(/^\d{4}-\d\d-\d\d [\d:,.]{8,12} /, "").replace(/^(?:ERROR|CRITICAL):(?:root:)? ?/, "")
/** The agent's reason: the line that says that it failed, else the last; a traceback ends with what it is about. */
export function reasonOf({ stdout, stderr }: CommandResult): string {
  const lines = `${stdout.slice(-TEXT_MAX)}\n${stderr.slice(-TEXT_MAX)}`
    .split("\n")
    .map(lineOf)
    .filter((line) => line !== "" && !/WARNING|Please use '-h' for usage/.test(line))
  return wordsOf(lines.find((line) => /\bERROR\b|\bFailed\b/.test(line)) ?? lines.at(-1) ?? "")
}

/**
 * `action=status`: exit code 0 is on, 2 is off, any other an error (fence-agents' fence_action). 2 is also what a shell or an
 * interpreter ends with that could not run the agent, so it is off only when nothing beside it says otherwise.
 */
export function parsePower(result: CommandResult): Power {
  const { exitCode, stdout, stderr } = result
  const said = /^Status: (ON|OFF)\s*$/m.exec(stdout.slice(-TEXT_MAX))?.[1]
  if (exitCode === 0 && said !== "OFF") return { says: "on", detail: "" }
  if (exitCode === 2 && (said === "OFF" || (said === undefined && stderr.trim() === ""))) return { says: "off", detail: "" }
  const reason = reasonOf(result)
  return { says: "error", detail: lineOf(`exit code ${exitCode}${reason === "" ? "" : `: ${reason}`}`) }
}
