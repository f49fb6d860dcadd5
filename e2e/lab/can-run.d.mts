export const packages: readonly string[]
export function whyNotLab(): string | undefined
