"use client"
import { Card, PageHead } from "@/components/ui/card"
import { useTranslations } from "@/lib/i18n/use"
import { Checks } from "./checks"
import { Fingerprint } from "./fingerprint"
import { GetIn } from "./get-in"
import { NameIt } from "./name-it"
import { useEnrolment } from "./use-enrolment"

type AddNodeProps = { readonly clusterId: string; readonly publicKey: string }
/** Address, fingerprint, way in, checks: nothing is written to the node before the last button, but the key if a password was given. */
export function AddNode({ clusterId, publicKey }: AddNodeProps) {
  const t = useTranslations("nodes")
  const enrolment = useEnrolment(clusterId)
  return (
    <>
      <PageHead title={t("addTitle")} />
      <div className="grid items-start gap-3.5 lg:grid-cols-2">
        <Card className="grid min-w-0 gap-4 p-4">
          <Fingerprint enrolment={enrolment} />
          <hr />
          <GetIn enrolment={enrolment} publicKey={publicKey} />
        </Card>
        <Card className="grid min-w-0 gap-3 p-4">
          {enrolment.checks && (
            <>
              <h2>{t("checks")}</h2>
              <Checks checks={enrolment.checks} />
              <hr />
            </>
          )}
          <NameIt enrolment={enrolment} />
        </Card>
      </div>
    </>
  )
}
