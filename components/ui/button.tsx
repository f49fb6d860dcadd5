"use client"
import Link from "next/link"
import type { ReactNode } from "react"

const looks = {
  default: "border-line bg-panel text-ink hover:bg-sunk",
  primary: "border-accent bg-accent text-panel hover:opacity-90",
  danger: "border-bad bg-bad text-on-bad hover:opacity-90",
  quiet: "border-transparent text-ink2 hover:bg-sunk",
}
export type Look = keyof typeof looks
const shape =
  "inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border px-3 py-1 font-medium no-underline transition-colors max-sm:min-h-10"

type ButtonProps = {
  readonly children: ReactNode
  readonly onPress?: () => void
  readonly look?: Look
  readonly type?: "button" | "submit"
  /** Why it cannot be pressed now: shown and read out. The button stays where the keyboard finds it. */
  readonly why?: string | undefined
  readonly isBusy?: boolean
  readonly label?: string
}
export function Button({ children, onPress, look = "default", type = "button", why, isBusy = false, label }: ButtonProps) {
  const isOff = why !== undefined || isBusy
  return (
    <button
      type={type}
      aria-disabled={isOff || undefined}
      aria-busy={isBusy || undefined}
      aria-label={label === undefined ? undefined : why === undefined ? label : `${label}: ${why}`}
      aria-description={why}
      title={why}
      onClick={(event) => {
        if (isOff) event.preventDefault()
        else onPress?.()
      }}
      className={`${shape} ${looks[look]} ${isOff ? "cursor-not-allowed opacity-50" : ""}`}
    >
      {children}
    </button>
  )
}
export const LinkButton = ({
  href,
  look = "default",
  children,
}: {
  readonly href: string
  readonly look?: Look
  readonly children: ReactNode
}) => (
  <Link href={href} className={`${shape} ${looks[look]}`}>
    {children}
  </Link>
)
