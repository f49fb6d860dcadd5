import type { Simulate } from "../contract"
import { simulateAgents } from "./sim-agents"
import { setEnabled } from "./sim-unit-files"
import { simulateUnits } from "./sim-units"

/** OCF agents and systemd of a pretend machine. `disturb`: "stopUnit" (a unit, a resource or an agent), "removeAddress" and "enableAtBoot". */
export const simulate: Simulate = (host) => {
  const agents = simulateAgents(host)
  const units = simulateUnits(host)
  return {
    begin: (argv) => agents.begin(argv) ?? units.begin(argv),
    held: () => [...agents.held(), ...units.held()],
    units: units.units,
    disturb: (what, name) => {
      if (what === "enableAtBoot") {
        setEnabled(host.disk, name, true)
        return true
      }
      if (what === "removeAddress") return agents.removeAddress(name)
      return what === "stopUnit" && (units.stopByHand(name) || agents.stopByHand(name))
    },
  }
}
