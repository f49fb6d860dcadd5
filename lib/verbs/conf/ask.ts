import type { ConfExported, ConfImported, ConfPreview } from "../../domain/cluster-conf"
import { report } from "../../domain/report"
import { clusterOf } from "../common"
import { defineVerb, Refused } from "../verb"
import { ExportInput, ImportInput, PreviewInput } from "./inputs"

/** What a cluster.conf would bring, line by line and definition by definition; nothing is kept. */
export const preview = defineVerb({
  name: "conf.preview",
  kind: "command",
  role: "admin",
  audit: "none",
  input: PreviewInput,
  run: async (ctx, { clusterId }): Promise<ConfPreview> => {
    clusterOf(ctx, clusterId)
    throw new Refused(409, [report("fault")])
  },
})
/** All or nothing; what only the panel has stays. */
export const import_ = defineVerb({
  name: "conf.import",
  kind: "command",
  role: "admin",
  input: ImportInput,
  run: async (ctx, { clusterId }): Promise<ConfImported> => {
    clusterOf(ctx, clusterId)
    throw new Refused(409, [report("fault")])
  },
})
/** cluster.conf as the panel has things now. The secrets go with it only for an admin who asks for them. */
export const export_ = defineVerb({
  name: "conf.export",
  kind: "command",
  role: "viewer",
  hasSecretAnswer: true,
  input: ExportInput,
  run: async (ctx, { clusterId }): Promise<ConfExported> => {
    clusterOf(ctx, clusterId)
    throw new Refused(409, [report("fault")])
  },
})
