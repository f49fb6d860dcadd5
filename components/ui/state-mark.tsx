export type Mark = "ok" | "move" | "off" | "need" | "bad" | "unknown"

/** ● ok ◐ moving ○ off ▲ needs you ■ bad ? unknown: a shape, never colour alone. The words stand beside it. */
export const StateMark = ({ mark }: { readonly mark: Mark }) => <span aria-hidden="true" className={`mark mark-${mark}`} data-mark={mark} />
const tones = {
  ok: "bg-ok-soft text-ok",
  move: "bg-accent-soft text-accent",
  off: "bg-sunk text-ink2",
  need: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  unknown: "border border-dashed border-line text-ink2",
}
export const Tag = ({ mark, children }: { readonly mark: Mark; readonly children: React.ReactNode }) => (
  <span className={`inline-flex items-center gap-1.5 rounded-full px-2 py-px text-xs font-medium whitespace-nowrap ${tones[mark]}`}>
    <StateMark mark={mark} />
    {children}
  </span>
)
