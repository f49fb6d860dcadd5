import type { findingCodes } from "../../domain/rehearsal"

export const rehearsal = {
  title: "Rehearsal: could it start there?",
  text: "Looked at on every node, without touching anything: program, package, configuration, mount points, addresses, start at boot. Once a day, and when you ask.",
  check: "Check now",
  never: "Not looked at yet.",
  at: "looked at {age} ago",
  verdicts: { ready: "ready", warnings: "ready, but look at this", notReady: "would not start", unknown: "nobody can say" },
  cell: {
    ready: "rehearsed: ready",
    warnings: "rehearsed: differences",
    notReady: "rehearsed: would not start",
    unknown: "rehearsed: unknown",
  },
  findings: {
    notSeen: "{resource}: the node did not answer",
    programMissing: "{resource}: its unit, script or agent is missing",
    validateFailed: "{resource}: the agent refuses its parameters: {detail}",
    packageMissing: "{resource}: the package {package}, which {reference} has, is missing",
    packageDiffers: "{resource}: {package} here, {other} on {reference}",
    fileDiffers: "{resource}: {path} differs from {reference}",
    fileMissing: "{resource}: {path}, which {reference} has, is missing",
    fileExtra: "{resource}: {path} is here and not on {reference}",
    modeDiffers: "{resource}: {path} is {mode} here and {other} on {reference}",
    manyDiffer: "{resource}: {n} more files differ from {reference}",
    tooManyFiles: "{resource}: there are more files than are looked at",
    startsAtBoot: "{resource}: the node starts it by itself at boot",
    mountPointMissing: "{resource}: there is no directory {path} to mount on",
    deviceMissing: "{resource}: there is no device {path}",
    addressOutside: "{resource}: {ip} is in no network of this node",
  } satisfies Record<(typeof findingCodes)[number], string>,
}
