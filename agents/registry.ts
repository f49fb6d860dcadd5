import type { Call } from "../lib/domain/call"
import type { Bound, Driver, Simulate } from "./contract"
import { driver as fence } from "./fence/driver"
import { simulate as simulateFence } from "./fence/sim"
import { driver as ipvs } from "./ipvs/driver"
import { simulate as simulateIpvs } from "./ipvs/sim"
import { driver as keepalived } from "./keepalived/driver"
import { simulate as simulateKeepalived, simulateTrial } from "./keepalived/sim"
import { driver as ocf } from "./ocf/driver"
import { simulate as simulateOcf } from "./ocf/sim"
import { driver as realserver } from "./realserver/driver"
import { simulate as simulateRealServer } from "./realserver/sim"
import { driver as system } from "./system/driver"
import { simulate as simulateSystem } from "./system/sim"

/** The balancers' formats and questions: texts read and written, a director's file and its test, the table against the model. */
export { readAny } from "./balancer-format"
export { fenceMetadata, isSecretName as isFenceSecret, listFenceAgents, power } from "./fence/driver"
export {
  connections as ipvsConnections,
  counters as ipvsCounters,
  held as ipvsHeld,
  kernel as ipvsKernel,
  marks as ipvsMarks,
  marksPath,
  readTable,
  renderChanges,
  renderMarks,
  renderRestore,
  table as ipvsTable,
} from "./ipvs/driver"
export {
  activeState as keepalivedState,
  asTable,
  dynamicWeight,
  parseKeepalived,
  path as keepalivedPath,
  readConfig,
  readFaults,
  renderKeepalived,
  service as keepalivedService,
  shownTrial,
  testConfig,
  trial,
  whoAnswers,
  wholeText,
} from "./keepalived/driver"
export { bootEnablement, listAgents, listUnits, metadata, OcfDefinition, rehearse, validate } from "./ocf/driver"
export { arpAnswers, isQuiet, realServerState } from "./realserver/driver"
/** Read when somebody asks: agents, their meta-data, units, and what happens to a unit at boot. */
export { sees } from "./system/driver"

/** Hides a driver's own type of definition: what comes in is parsed by the driver's schema once more. */
function registered<D, T>(driver: Driver<D, T>): Driver {
  const { name, definition, operations, push, addresses, treeType, unique } = driver
  const own = (list: readonly unknown[]) => list.map((one) => definition.parse(one))
  return {
    name,
    definition,
    operations,
    facts: (definitions) => driver.facts(own(definitions)),
    plan: (node, desired, actual) => driver.plan(node, own(desired), actual),
    ...(push ? { push: (definitions) => push(own(definitions)) } : {}),
    ...(unique ? { unique: (one) => unique(definition.parse(one)) } : {}),
    ...(treeType ? { treeType: (one) => treeType(definition.parse(one)) } : {}),
    ...(addresses ? { addresses: (one) => addresses(definition.parse(one)) } : {}),
  }
}

/** A new technology is its folder and one line in each of these. */
export const drivers: readonly Driver[] = [
  ...[registered(system), registered(ocf), registered(fence)],
  ...[registered(keepalived), registered(ipvs), registered(realserver)],
]
/** The first that knows a command answers it: systemd's simulator knows no unit of keepalived. */
export const simulators: readonly Simulate[] = [
  ...[simulateSystem, simulateKeepalived, simulateTrial, simulateIpvs, simulateRealServer],
  ...[simulateOcf, simulateFence],
]

export const driverOf = (name: string): Driver | undefined => drivers.find((driver) => driver.name === name)

/** @throws Error for an operation that no driver has, ZodError for parameters that do not fit. */
export function bind({ driver, op, params }: Call): Bound {
  const operation = driverOf(driver)?.operations.find(({ name }) => name === op)
  if (!operation) throw new Error(`no driver has the operation ${driver}.${op}: the job comes from another version`)
  return operation.bind(params)
}
