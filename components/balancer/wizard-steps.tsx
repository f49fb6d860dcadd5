"use client"
import { useTranslations } from "@/lib/i18n/use"
import { type Step, steps } from "./wizard-state"

type Props = { readonly step: Step; readonly reach: number; readonly onGo: (step: Step) => void }
/** Where one is; back to any step, on to those whose steps before hold. */
export function WizardSteps({ step, reach, onGo }: Props) {
  const t = useTranslations("balancer.wizard")
  return (
    <ol aria-label={t("steps")} className="flex flex-wrap gap-1">
      {steps.map((one, i) => {
        const mayGo = i <= Math.max(reach, steps.indexOf(step))
        return (
          <li key={one}>
            <button
              type="button"
              aria-current={one === step ? "step" : undefined}
              disabled={!mayGo}
              onClick={() => onGo(one)}
              className="rounded-md px-3 py-1.5 text-ink2 enabled:hover:bg-sunk disabled:text-ink3 aria-[current=step]:bg-accent-soft aria-[current=step]:font-medium aria-[current=step]:text-accent max-sm:py-2.5"
            >
              {i + 1} {t(`step.${one}`)}
            </button>
          </li>
        )
      })}
    </ol>
  )
}
