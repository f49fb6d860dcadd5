import type { ClusterConf } from "../../../agents/cluster-conf/model"
import { renderXml } from "../../../agents/cluster-conf/render"
import { withoutSecrets, withSecretsOf } from "../../../agents/cluster-conf/secrets"
import type { XmlDocument } from "../../../agents/cluster-conf/xml"
import { SECRET_KEPT } from "../../domain/cluster-conf"
import type { Tx } from "../../jobs/submit"
import type { Ctx } from "../context"
import { confOf } from "./document"

/** The file that was imported last, with its secrets; undefined when none was. */
export async function baseOf({ db, engine }: Ctx, clusterId: string): Promise<ClusterConf | undefined> {
  const row = await db.confFile.findUnique({ where: { clusterId } })
  const text = row && engine.secrets.open(row.textSealed).text
  return text === undefined || text === null ? undefined : confOf(text)
}
export const maskedText = (document: XmlDocument): string => renderXml(withoutSecrets(document, SECRET_KEPT))

/** Kept for the next export; secrets that an earlier export left out come back from what was kept then. */
export async function writeBase(ctx: Ctx, tx: Tx, clusterId: string, { document }: ClusterConf, before: ClusterConf | undefined) {
  const whole = before ? withSecretsOf(document, before.document, SECRET_KEPT) : document
  const data = {
    textSealed: ctx.engine.secrets.seal({ text: renderXml(whole) }),
    importedAt: new Date(ctx.nowMs()),
    userName: ctx.user?.name ?? "",
  }
  await tx.confFile.upsert({ where: { clusterId }, create: { clusterId, ...data }, update: data })
}
