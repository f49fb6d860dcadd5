import type { Mark } from "@/components/ui/state-mark"
import type { DirectorRole, DoctorFinding, RealServerView, VirtualServerView } from "@/lib/domain/balancer-view"

/** `new`: in the form only. */
export const realMarks: Readonly<Record<RealServerView["state"] | "new", Mark>> = {
  ...{ serving: "ok", draining: "move", drained: "off", out: "bad", extra: "need", unknown: "unknown", new: "off" },
}
/** A sorry server that is not needed is no failure. */
export const markOf = ({ state, isSorryServer, live }: Pick<RealServerView, "state" | "isSorryServer" | "live">): Mark =>
  isSorryServer ? (live && live.weight > 0 ? "need" : "off") : realMarks[state]
export const serverMarks: Readonly<Record<VirtualServerView["state"], Mark>> = { up: "ok", sorry: "need", down: "bad", unknown: "unknown" }
export const roleMarks: Readonly<Record<DirectorRole, Mark>> = {
  ...{ active: "ok", standby: "off", partial: "need", stopped: "bad", unknown: "unknown" },
}
export const findingMarks: Readonly<Record<DoctorFinding["level"], Mark>> = { bad: "bad", warn: "need", ok: "ok" }
