import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("node") || readFileSync(`/proc/${pid}/comm`, "utf8").includes("node")
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/**
 * Two panels on one database would both drive the nodes: the second one refuses to start.
 * @throws Error that names the process which holds the directory. @returns what gives it back.
 */
export function holdDataDirectory(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, "panel.pid")
  const take = () => writeFileSync(file, String(process.pid), { flag: "wx", mode: 0o600 })
  try {
    take()
  } catch {
    const holder = Number(readFileSync(file, "utf8"))
    if (holder !== process.pid && isAlive(holder))
      throw new Error(`another panel (process ${holder}) uses ${dataDir}: stop it first, or set MOYAI_DATA to another directory`)
    rmSync(file, { force: true })
    take()
  }
  return () => rmSync(file, { force: true })
}
