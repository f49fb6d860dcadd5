"use client"
import { Age } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Card, Mono } from "@/components/ui/card"
import { Code } from "@/components/ui/code"
import { Tag } from "@/components/ui/state-mark"
import type { DoctorFinding, DoctorFix } from "@/lib/domain/balancer-view"
import { useTranslations } from "@/lib/i18n/use"
import { useDoctorWords } from "./doctor-words"
import { findingMarks } from "./marks"

type Props = {
  readonly finding: DoctorFinding
  readonly nowMs: number
  readonly mayFix: boolean
  readonly onFix: (fix: DoctorFix) => void
}
/** What is wrong and why it matters, the evidence with its place and age, and the way out. */
export function Finding({ finding, nowMs, mayFix, onFix }: Props) {
  const t = useTranslations("balancer.doctor")
  const say = useDoctorWords()
  const { code, params, level, of, evidence, fix, commands } = finding
  return (
    <Card className="grid gap-2.5 p-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p className="min-w-0 flex-1">
          <Tag mark={findingMarks[level]}>{t(`level.${level}`)}</Tag>
          {of !== null && (
            <span className="ml-2 text-ink2">
              <Mono>{of}</Mono>
            </span>
          )}
          <b className="mt-1 block font-medium">{say(code, params)}</b>
        </p>
        {fix && mayFix && (
          <Button look={level === "bad" ? "primary" : "default"} onPress={() => onFix(fix)}>
            {t(`fix.${fix.kind}`, { node: "node" in fix ? fix.node : "" })}
          </Button>
        )}
      </div>
      {evidence.length > 0 && (
        <details open={level === "bad"}>
          <summary className="text-ink2">{t("evidence")}</summary>
          <ul className="mt-1.5 grid gap-2">
            {evidence.map(({ node, from, text, atMs }) => (
              <li key={`${node} ${from} ${text}`}>
                <span className="text-ink2">
                  <b className="text-ink">{node}</b> <Mono>{from}</Mono> {atMs !== null && <Age atMs={atMs} nowMs={nowMs} />}
                </span>
                <pre className="mt-0.5 overflow-x-auto rounded-md border bg-sunk p-2 font-mono text-[12px] whitespace-pre-wrap">{text}</pre>
              </li>
            ))}
          </ul>
        </details>
      )}
      {commands.length > 0 && (
        <section aria-label={t("commands")} className="grid gap-1.5">
          <p className="text-ink2">{t("commands")}</p>
          {commands.map(({ node, command }) => (
            <div key={`${node} ${command}`}>
              <b>{node}</b>
              <Code text={command} />
            </div>
          ))}
        </section>
      )}
    </Card>
  )
}
