import { z } from "zod"
import { ClusterId } from "../common"

/** cluster.conf, read as UTF-8; its own reader refuses what is too long, with a line. */
const Text = z.string().max(2 * 1024 * 1024, "tooLong")
export const PreviewInput = z.object({ clusterId: ClusterId, text: Text })
export const ImportInput = PreviewInput.extend({
  /** By the preview's ids. "panel" also leaves out what is new. */
  choices: z.record(z.string().max(300), z.enum(["file", "panel"])).default({}),
})
export const ExportInput = z.object({ clusterId: ClusterId, secrets: z.boolean().default(false) })
