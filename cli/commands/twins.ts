import type { Io } from "../io"
import type { Place } from "../panel"
import { endOf } from "../refusal"
import { type ClustatRequest, clustat, type Ending, parseClustat } from "../twins/clustat"
import { ACK_QUESTION, ackWarning, fenceTool, isAcknowledged, parseAck, parseFenceNode } from "../twins/fence-tools"
import { twinView } from "../twins/view"
import { clusvcadm } from "./clusvcadm"
import { follow, isBelieved } from "./wait"

type Where = () => Promise<Place>
const viewOf = async (io: Io, { panel, clusterId }: Place) => twinView(await panel.overview.get({ clusterId }), io.hostName)
const tell = (io: Io, { out, err = "" }: Ending): void => {
  if (out) io.out(out)
  if (err) io.err(err)
}
/** Anew at each tick, until the process is ended. */
async function again(io: Io, place: Place, r: ClustatRequest, everyMs: number): Promise<never> {
  for (;;) {
    io.out("\u001b[H\u001b[2J")
    tell(io, clustat(await viewOf(io, place), r, io.columns))
    await io.sleep(everyMs)
  }
}
async function runClustat(io: Io, place: Where, args: readonly string[]): Promise<Ending> {
  const r = parseClustat(args)
  if ("exit" in r) return r
  const at = await place()
  return r.everyMs === undefined ? clustat(await viewOf(io, at), r, io.columns) : again(io, at, r, r.everyMs)
}
const refused = (text: string): Ending => ({ out: "", err: `${text}\n`, exit: 1 })

/** The word, and what the panel asks on every way: what was seen, the password, and that no witness says otherwise. */
async function ackManual(io: Io, where: Where, args: readonly string[]): Promise<Ending> {
  const parsed = parseAck(args)
  if ("exit" in parsed) return parsed
  const { node } = parsed
  io.out(ackWarning(node))
  if (!isAcknowledged(await io.ask(ACK_QUESTION))) return { out: "Aborted.\n", exit: 1 }
  const { panel, clusterId } = await where()
  io.err("The panel takes nobody's word alone: it asks every witness anew, and you what you saw, and for your password.\n")
  const saw = await io.ask("What did you see (power light, cable, switch)? ")
  const password = saw === null ? null : await io.ask("Your password of the panel: ", true)
  if (saw === null || password === null)
    return refused(`Aborted: after the word, give two more lines, what you saw and your password. Nothing was done to ${node}.`)
  const said = await panel.node.confirmOff({ clusterId, name: node, typed: node, isSure: true, saw, password, override: "" })
  return said.state === "confirmed"
    ? { out: "Done\n", exit: 0 }
    : refused(`Noted: a witness says otherwise, so a second person must confirm it (moyai confirm ${node}).`)
}
async function fenceNode(io: Io, where: Where, args: readonly string[]): Promise<Ending> {
  const parsed = parseFenceNode(args)
  if ("exit" in parsed) return parsed
  const { node, isUnfence } = parsed
  const { panel, clusterId } = await where()
  const plan = await panel.plan.power({ clusterId, power: node, action: isUnfence ? "on" : "reboot" })
  const password = await io.ask("Your password of the panel: ", true)
  if (password === null) return refused(`fence_node: the panel asks for your password; nothing was done to ${node}`)
  const { jobId } = await panel.fence.apply({ planId: plan.id, typed: node, password, why: "fence_node" })
  const { state } = (await follow(panel, io, jobId, () => undefined)).last
  const verb = isUnfence ? "unfence" : "fence"
  const isDone = state === "succeeded" && (isUnfence || (await isBelieved(panel, io, clusterId, node, jobId)))
  return isDone ? { out: `${verb} ${node} success\n`, exit: 0 } : { out: "", err: `${verb} ${node} failed\n`, exit: 1 }
}
const twins: Readonly<Record<string, (io: Io, place: Where, args: readonly string[]) => Promise<Ending>>> = {
  clustat: runClustat,
  clusvcadm,
  fence_ack_manual: ackManual,
  fence_node: fenceNode,
  fence_tool: async (io, place, args) => fenceTool(await viewOf(io, await place()), args),
}
/** One of the old commands, as it was. Its exit status; 1 where the panel does not answer or refuses. */
export async function runTwin(io: Io, place: Where, name: string, args: readonly string[]): Promise<number> {
  try {
    const ending = await twins[name]?.(io, place, args)
    if (!ending) return 1
    tell(io, ending)
    return ending.exit
  } catch (error) {
    io.err(`${name}: ${endOf(error).message}\n`)
    return 1
  }
}
