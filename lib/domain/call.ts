import { z } from "zod"

/** Names travel into commands and paths: none begins with "-" or holds a slash. */
export const Name = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, "name")

/** Read from a JSON column it is nothing else; its driver looks at what it means, once. A table of 10,000 is not looked through before. */
const Params = z.custom<z.core.util.JSONType>((value) => value !== undefined)

/** One durable step, as a job stores it. The code is found again by the names. */
export const Call = z.object({ node: Name, driver: Name, op: Name, params: Params })
export type Call = z.infer<typeof Call>
