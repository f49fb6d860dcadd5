import { z } from "zod"

/** Names travel into commands and paths: none begins with "-" or holds a slash. */
export const Name = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, "name")

/** One durable step, as a job stores it. The code is found again by the names. */
export const Call = z.object({ node: Name, driver: Name, op: Name, params: z.json() })
export type Call = z.infer<typeof Call>
