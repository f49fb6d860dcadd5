export const packages: readonly string[]
export function whyNotLab(): string | undefined
export const ipvsPackages: readonly string[]
export function whyNotIpvs(): string | undefined
