import { createHash } from "node:crypto"
import { PUT } from "./put-script"
import { type CommandResult, type NodeSession, OutcomeUnknown, type PutFile, type PutResult } from "./session"
import { reading, type Sh, sh } from "./sh"

export const sha256Of = (content: string): string => createHash("sha256").update(content).digest("hex")

/** @throws TypeError on a path that is not absolute, ends in "/" or holds a line break: the answer names it in a line. */
function putCommand({ path, mode, content, check }: PutFile): Sh {
  if (!/^\/([^\n\0]*[^/\n\0])$/.test(path)) throw new TypeError(`not the absolute path of a file: ${JSON.stringify(path)}`)
  const command = sh`sh -c ${PUT} moyai-put ${path} ${mode.toString(8)} ${sha256Of(content)} ${check?.argv ?? []}`
  return { ...reading(command, content), masked: `moyai-put ${path}` }
}

/** `put` by way of `run`, for any session: no SFTP, which knows no sudo. @throws OutcomeUnknown as `run` does, and on no clear answer. */
export async function putBy(run: NodeSession["run"], node: string, file: PutFile): Promise<PutResult> {
  return readPut(await run(putCommand(file), { timeoutMs: file.timeoutMs }), node, file)
}
function readPut({ stdout, stderr, exitCode }: CommandResult, node: string, file: PutFile): PutResult {
  const [, state, rest = "", output = ""] = stdout.match(/^put (unchanged|written|refused|failed|short) ?([^\n]*)\n([\s\S]*)$/) ?? []
  const sha256 = sha256Of(file.content)
  if (state === "unchanged") return { state, sha256 }
  if (state === "written") return rest === "" ? { state, sha256 } : { state, sha256, keptAs: rest }
  if (state === "refused") return { state, exitCode: Number(rest), stdout: output, stderr }
  const why = state === "failed" ? rest : state === "short" ? "it was cut short on the way" : `exit code ${exitCode}`
  throw new OutcomeUnknown(`${file.path} on ${node} was not written: ${[why, stderr.trim()].filter(Boolean).join(": ")}`)
}

/** For a simulated node behind `ssh-server`: the file that such a command puts; undefined for any other command. */
export function putRequest(
  [, , , verb, path, mode, , ...check]: readonly string[],
  content: string,
  timeoutMs: number,
): PutFile | undefined {
  if (verb !== "moyai-put" || path === undefined || mode === undefined) return undefined
  return { path, content, mode: Number.parseInt(mode, 8), timeoutMs, ...(check.length > 0 ? { check: sh`${check}` } : {}) }
}
export const writePut = (result: PutResult): CommandResult =>
  result.state === "refused"
    ? { exitCode: 0, stdout: `put refused ${result.exitCode}\n${result.stdout}`, stderr: result.stderr }
    : { exitCode: 0, stdout: `put ${`${result.state} ${result.keptAs ?? ""}`.trim()}\n`, stderr: "" }
