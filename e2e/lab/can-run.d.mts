export const packages: readonly string[]
export function whyNotLab(): string | undefined
export const ipvsPackages: readonly string[]
export function whyNotIpvs(): string | undefined
/** Undefined when a panel can drive them, else why not. */
export function whyNotDriven(): string | undefined
