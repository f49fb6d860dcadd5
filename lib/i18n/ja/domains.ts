import type { domains as en } from "../en/domains"

export const domains: typeof en = { title: "domains" }
