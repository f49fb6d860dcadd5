import type { Mark } from "@/components/ui/state-mark"
import type { ServiceState } from "@/lib/domain/service"
import type { JobState, JobStepView, NodeState } from "@/lib/domain/views"

export const serviceMark: Readonly<Record<ServiceState, Mark>> = {
  started: "ok",
  starting: "move",
  stopping: "move",
  recovering: "move",
  stopped: "off",
  disabled: "off",
  uninitialized: "unknown",
  recoverable: "need",
  failed: "need",
  blocked: "bad",
}
export const nodeMark: Readonly<Record<NodeState, Mark>> = {
  online: "ok",
  unreachable: "need",
  lost: "bad",
  fenced: "bad",
  confirmed: "off",
  returning: "move",
  unknown: "unknown",
}
export const jobMark: Readonly<Record<JobState, Mark>> = {
  queued: "move",
  running: "move",
  waiting: "need",
  succeeded: "ok",
  failed: "bad",
  cancelled: "off",
}
export const stepMark: Readonly<Record<JobStepView["state"], Mark>> = {
  pending: "off",
  running: "move",
  succeeded: "ok",
  failed: "bad",
  unknown: "unknown",
  skipped: "off",
}
