"use client"
import { type ReactNode, useEffect, useId, useRef } from "react"

type DialogProps = { readonly title: string; readonly sub?: ReactNode; readonly onClose: () => void; readonly children: ReactNode }
/** The browser's own modal: focus stays in it, Escape closes it. At 390 px it is a sheet at the bottom. */
export function Dialog({ title, sub, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      className="m-auto max-h-[92dvh] w-[min(600px,100vw)] overflow-y-auto rounded-xl bg-panel p-5 text-ink shadow-2xl backdrop:bg-black/40 max-sm:mb-0 max-sm:max-w-none max-sm:rounded-b-none"
    >
      <h1 id={id}>{title}</h1>
      {sub !== undefined && <div className="mt-1 text-ink2">{sub}</div>}
      {children}
    </dialog>
  )
}
export const DialogFoot = ({ children }: { readonly children: ReactNode }) => (
  <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>
)
