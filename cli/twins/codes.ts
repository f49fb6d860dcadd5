/** rgmanager's results (service-manager.md §3.1): number and words. */
export const results = {
  SUCCESS: [0, "Success"],
  EFAIL: [-1, "Failure"],
  EABORT: [-2, "Aborted; service failed"],
  ENOSERVICE: [-4, "Service does not exist"],
  EDEADLCK: [-5, "Operation would cause a deadlock"],
  EAGAIN: [-6, "Temporary failure; try again"],
  EDEPEND: [-7, "Operation violates dependency rule"],
  EINVAL: [-8, "Invalid operation for resource"],
  EQUORUM: [-9, "Operation requires quorum"],
  ERUN: [-10, "Service is already running"],
  EFROZEN: [-11, "Failure: Service is frozen"],
  ENODE: [-12, "Target node dead / nonexistent"],
  EFENCE: [-13, "Fencing operation pending; try again later"],
  EDOMAIN: [-15, "Service not runnable"],
  EEXCL: [-16, "Service not runnable: cannot run exclusive"],
  ERELO: [-17, "Failed; service running on original owner"],
  EPERM: [-18, "Permission denied"],
  EWARNING: [-19, "Warning; see system logs"],
} as const
export type Result = keyof typeof results
const BYTE = 256
/** The process's exit status: the number as an unsigned byte; a service that runs already is no error. */
export const exitOf = (result: Result): number => (result === "ERUN" ? 0 : (results[result][0] + BYTE) % BYTE)
export const textOf = (result: Result): string => results[result][1]
