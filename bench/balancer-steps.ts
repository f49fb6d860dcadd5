import { spawn } from "node:child_process"
import type { IpvsLab } from "../e2e/lab/ipvs-lab"
import { type Panel, until } from "../e2e/panel/panel"
import type { BalancerInput } from "../lib/domain/balancer-definition"

const PATIENCE_MS = 600_000
/** A browser is told; asked more often, the panel would be busy with it. */
const LOOK_EVERY_MS = 250
export type Timed<T> = { readonly ms: number; readonly value: T }
export async function timed<T>(act: () => Promise<T>): Promise<Timed<T>> {
  const fromMs = performance.now()
  const value = await act()
  return { ms: performance.now() - fromMs, value }
}
/** A plain ssh to d1, with its input; a connection of its own, as somebody types it. */
export function ssh({ nodes, controlKeyFile }: IpvsLab, command: string, input = ""): Promise<void> {
  const [d1] = nodes
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"].flatMap((one) => [
    "-o",
    one,
  ])
  const login = ["-F", "/dev/null", "-i", controlKeyFile, ...options, "-p", String(d1?.port), `root@${d1?.host}`, command]
  return new Promise((resolve, reject) => {
    const child = spawn("ssh", login, { stdio: ["pipe", "ignore", "inherit"] })
    child.once("error", reject)
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`ssh ended with ${code}`))))
    child.stdin.end(input)
  })
}
/** @returns how long each of its steps took, by its sentence: ms */
export async function applied({ client }: Pick<Panel, "client">, planId: string): Promise<Readonly<Record<string, number>>> {
  const { jobId } = await client.plan.apply({ planId, why: "bench" })
  const job = await until(
    `job ${jobId}`,
    async () => {
      await new Promise((done) => setTimeout(done, LOOK_EVERY_MS))
      const now = await client.job.get({ id: jobId })
      return now.state === "queued" || now.state === "running" ? undefined : now
    },
    PATIENCE_MS,
  )
  if (job.state !== "succeeded") throw new Error(`the job is ${job.state}: ${JSON.stringify(job.waitingFor).slice(0, 500)}`)
  return Object.fromEntries(
    job.steps.map(({ sentence, startedMs, endedMs }) => [sentence.code, (endedMs ?? 0) - (startedMs ?? endedMs ?? 0)]),
  )
}
export const stepsText = (steps: Readonly<Record<string, number>>): string =>
  Object.entries(steps)
    .map(([code, ms]) => `${code} ${ms} ms`)
    .join(", ")
/** A plan and what it takes to carry it out, both timed. */
export async function changed(panel: Pick<Panel, "client">, clusterId: string, balancer: BalancerInput, isNew = false) {
  const planned = await timed(() => panel.client.plan.balancer({ clusterId, balancer, was: isNew ? null : balancer.name }))
  const whole = await timed(() => applied(panel, planned.value.id))
  return { planMs: planned.ms, applyMs: whole.ms, steps: whole.value }
}
/** How much of one processor the machine with all its nodes needs for so long. */
export async function busyShare(lab: IpvsLab, forMs: number): Promise<number> {
  const read = async () => {
    const [, ...ticks] = (await lab.exec("d1", "head", "-n", "1", "/proc/stat")).trim().split(/ +/)
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks.map(Number)
    return { busy: user + nice + system + irq + softirq, atMs: performance.now() }
  }
  const from = await read()
  await new Promise((done) => setTimeout(done, forMs))
  const until = await read()
  const TICKS_A_SECOND = 100
  return (until.busy - from.busy) / TICKS_A_SECOND / ((until.atMs - from.atMs) / 1_000)
}
