"use client"
import { Card } from "@/components/ui/card"
import { type Mark, Tag } from "@/components/ui/state-mark"
import type { AdoptView } from "@/lib/domain/balancer-view"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { Changes } from "./changes"
import { FileDiffText } from "./file-diff"
import { Reading } from "./file-reading"

type Found = AdoptView["nodes"][number]
/** One director: how its file was read, and the three proofs that nothing would change. */
export function AdoptNode({ found }: { readonly found: Found }) {
  const t = useTranslations("balancer.adopting")
  const why = useCoded("balancer")
  const { node, engine, reading, changes, text, test, table } = found
  return (
    <Card className="grid gap-4 p-4">
      <section aria-label={node} className="grid gap-4">
        <h2>
          {node} <span className="font-normal text-ink2">{engine ?? ""}</span>
        </h2>
        {found.why && (
          <p role="alert" className="text-bad">
            {why(`why.${found.why.code}`, found.why.params)}
          </p>
        )}
        {reading && (
          <>
            <Proof
              isGood={changes.length === 0}
              mark={changes.length === 0 ? "ok" : "bad"}
              good={t("sameMeaning")}
              bad={t("otherMeaning", { n: changes.length })}
            >
              {changes.length > 0 && <Changes changes={changes} />}
            </Proof>
            {test && (
              <Proof isGood={test.exit === 0 && test.output === ""} good={t("testGood")} bad={t("testBad", { exit: test.exit })}>
                {test.output !== "" && (
                  <pre className="overflow-x-auto rounded-lg border bg-sunk p-2.5 font-mono text-[12px] whitespace-pre-wrap">
                    {test.output}
                  </pre>
                )}
              </Proof>
            )}
            <Proof isGood={table.length === 0} good={t("tableGood")} bad={t("tableBad", { n: table.length })}>
              {table.length > 0 && <Changes changes={table} />}
            </Proof>
            {text && text.lines.length > 0 && (
              <details>
                <summary className="text-ink2">{t("spelling")}</summary>
                <div className="mt-2">
                  <FileDiffText diff={text} />
                </div>
              </details>
            )}
            <Reading reading={reading} title={t("readingOf", { node })} />
          </>
        )}
      </section>
    </Card>
  )
}
type ProofProps = {
  readonly isGood: boolean
  readonly mark?: Mark
  readonly good: string
  readonly bad: string
  readonly children?: React.ReactNode
}
const Proof = ({ isGood, mark = isGood ? "ok" : "need", good, bad, children }: ProofProps) => (
  <div className="grid gap-1.5">
    <span>
      <Tag mark={mark}>{isGood ? good : bad}</Tag>
    </span>
    {children}
  </div>
)
