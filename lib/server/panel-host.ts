import { join } from "node:path"
import { PANEL_HOST } from "../domain/fencing"
import { localSession } from "../node/local"
import type { NodeSession } from "../node/session"

/** The machine that the panel runs on. Only root may claim under /run; anybody else does it beside the database. */
export const panelHost = (dataDir: string): NodeSession =>
  localSession(PANEL_HOST, process.getuid?.() === 0 ? undefined : join(dataDir, "claims"))
