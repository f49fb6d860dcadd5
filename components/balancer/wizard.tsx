"use client"
import { useQuery } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useMemo, useState } from "react"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { balancerQueries } from "@/lib/client/balancer-api"
import { useTranslations } from "@/lib/i18n/use"
import { vipsOf } from "./draft-new"
import { FileFill } from "./file-fill"
import { EditingProvider, useProblems } from "./use-draft"
import { WizardGlobal } from "./wizard-global"
import { WizardPlan } from "./wizard-plan"
import { comesLater, filledBy, firstWizard, globalProblems, isOfVirtual, isPrefixWrong, modelOf, type Step, steps } from "./wizard-state"
import { WizardSteps } from "./wizard-steps"
import { WizardReal, WizardVirtual } from "./wizard-virtual"

const NONE = [] as const
type Props = { readonly clusterId: string; readonly fromFile: boolean }
/** Piranha's order: global, virtual, real; then the plan. Nothing is written before the last button. */
export function BalancerWizard({ clusterId, fromFile }: Props) {
  const t = useTranslations("balancer")
  const router = useRouter()
  const [wizard, setWizard] = useState(firstWizard)
  /** Fields speak of their errors once somebody has tried to go on. */
  const [tried, setTried] = useState<Step>()
  /** There is no way back from a plan that is carried out. */
  const [isApplied, setApplied] = useState(false)
  const { data: machines = NONE } = useQuery(balancerQueries.machines(clusterId))
  const { step, name, nodes, engine, draft } = wizard
  const context = useMemo(() => ({ engine }), [engine])
  const whole = useMemo(() => ({ ...draft, model: modelOf(wizard) }), [draft, wizard])
  const problems = useProblems(whole, context, NONE)
  const editing = useMemo(
    () => ({
      ...{ draft, problems, context, canEdit: true, canDrain: true },
      edit: (change: (was: typeof draft) => typeof draft) => setWizard((was) => ({ ...was, draft: change(was.draft) })),
      place: { clusterId, name, nodes, machines },
    }),
    [draft, problems, context, clusterId, name, nodes, machines],
  )
  const wrong = {
    global: globalProblems(wizard).size,
    virtual:
      problems.all.filter(({ path, report }) => isOfVirtual(path) && !comesLater(report?.code)).length +
      (engine === "keepalived" ? vipsOf(draft.model).filter(({ address }) => isPrefixWrong(wizard, address)).length : 0),
    real: problems.all.filter(({ path, report }) => path.startsWith("virtualServers.") && (!isOfVirtual(path) || comesLater(report?.code)))
      .length,
    plan: 0,
  }
  const at = steps.indexOf(step)
  const to = (next: Step | undefined) => next && setWizard({ ...wizard, step: next })
  const goOn = () => {
    setTried(step)
    if (wrong[step] === 0) to(steps[at + 1])
  }
  // Only as far as everything before holds.
  const reach = steps.findIndex((one) => wrong[one] > 0)
  return (
    <EditingProvider value={editing}>
      <PageHead title={t("wizard.title")} sub={t("wizard.text")} />
      <div className="grid max-w-5xl gap-3.5">
        {!isApplied && <WizardSteps step={step} reach={reach < 0 ? steps.length - 1 : reach} onGo={to} />}
        {step === "global" && (
          <FileFill
            clusterId={clusterId}
            isOpen={fromFile}
            onFill={(reading) => setWizard(filledBy(wizard, reading.model, reading.format))}
          />
        )}
        {step === "plan" ? (
          <WizardPlan
            clusterId={clusterId}
            wizard={wizard}
            problems={problems}
            onApplied={() => setApplied(true)}
            onDone={() => router.push(`/c/${clusterId}/balancers/${encodeURIComponent(name.trim())}`)}
          />
        ) : (
          <Card className="p-4">
            <form
              className="grid gap-4"
              noValidate
              onSubmit={(event) => {
                event.preventDefault()
                goOn()
              }}
            >
              {step === "global" && <WizardGlobal wizard={wizard} onChange={setWizard} machines={machines} isTried={tried === "global"} />}
              {step === "virtual" && <WizardVirtual wizard={wizard} onChange={setWizard} />}
              {step === "real" && <WizardReal />}
              {wrong[step] > 0 && tried === step && (
                <p role="alert" className="text-bad">
                  {t("wizard.wrong", { n: wrong[step] })}
                </p>
              )}
              <div className="flex justify-end gap-2">
                {at === 0 ? (
                  <LinkButton href={`/c/${clusterId}/balancers`} look="quiet">
                    {t("wizard.cancel")}
                  </LinkButton>
                ) : (
                  <Button look="quiet" onPress={() => to(steps[at - 1])}>
                    {t("wizard.back")}
                  </Button>
                )}
                <Button type="submit" look="primary">
                  {t(`wizard.on.${step}`)}
                </Button>
              </div>
            </form>
          </Card>
        )}
        {step === "plan" && !isApplied && (
          <span>
            <Button look="quiet" onPress={() => to("real")}>
              {t("wizard.back")}
            </Button>
          </span>
        )}
      </div>
    </EditingProvider>
  )
}
