import type { ReactNode, Ref } from "react"
import { type Mark, StateMark } from "./state-mark"

export const Card = ({ children, className = "" }: { readonly children: ReactNode; readonly className?: string }) => (
  <div className={`rounded-lg border bg-panel ${className}`}>{children}</div>
)
const tones: Readonly<Record<Mark, string>> = {
  ok: "border-ok",
  move: "border-accent",
  off: "",
  need: "border-warn",
  bad: "border-bad bg-bad-soft",
  unknown: "border-dashed",
}
/** Something said in its place; it stays until it is over. */
export const Banner = ({
  mark,
  children,
  isAlert = false,
}: {
  readonly mark: Mark
  readonly children: ReactNode
  readonly isAlert?: boolean
}) => (
  <div
    role={isAlert ? "alert" : undefined}
    className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border bg-panel px-3.5 py-2.5 ${tones[mark]}`}
  >
    <StateMark mark={mark} />
    {children}
  </div>
)
type HeadProps = { readonly title: ReactNode; readonly sub?: ReactNode; readonly children?: ReactNode }
export const PageHead = ({ title, sub, children }: HeadProps) => (
  <div className="mb-3.5 flex flex-wrap items-start justify-between gap-3">
    <div className="min-w-0">
      <h1 className="flex flex-wrap items-center gap-2">{title}</h1>
      {sub !== undefined && <p className="mt-0.5 text-ink2">{sub}</p>}
    </div>
    <div className="flex flex-wrap gap-2">{children}</div>
  </div>
)
export const Empty = ({ children }: { readonly children: ReactNode }) => <p className="px-4 py-8 text-center text-ink2">{children}</p>
export const Mono = ({ children }: { readonly children: ReactNode }) => <span className="font-mono text-[12px] break-all">{children}</span>
export const Meter = ({ share, label }: { readonly share: number; readonly label: string }) => (
  // biome-ignore lint/a11y/useSemanticElements: <meter> cannot be given our tokens in every browser
  <div
    role="meter"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={Math.round(share * 100)}
    className="h-[3px] w-full max-w-28 overflow-hidden rounded-full bg-line"
  >
    <div className="h-full rounded-full bg-ink3" style={{ width: `${Math.min(100, Math.max(0, share * 100))}%` }} />
  </div>
)
/** A wide table in a narrow window: it scrolls by itself, by keyboard as well. */
export const Scroll = ({
  label,
  children,
  ref,
}: {
  readonly label: string
  readonly children: ReactNode
  readonly ref?: Ref<HTMLElement>
}) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard (WCAG 2.1.1)
  <section ref={ref} aria-label={label} tabIndex={0} className="overflow-x-auto rounded-lg border bg-panel">
    {children}
  </section>
)
