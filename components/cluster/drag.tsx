"use client"
import { createContext, type ReactNode, type PointerEvent as ReactPointerEvent, useContext, useEffect, useRef, useState } from "react"
import { useTranslations } from "@/lib/i18n/use"

const FAR_PX = 6
type Dragged = { readonly service: string; readonly x: number; readonly y: number; readonly over: string | undefined }
type Drag = {
  readonly dragged: Dragged | undefined
  readonly begin: (service: string, event: ReactPointerEvent) => void
  /** A click that ended a drag opens nothing. */
  readonly wasDragged: () => boolean
}
const Context = createContext<Drag>({ dragged: undefined, begin: () => undefined, wasDragged: () => false })
export const useDrag = (): Drag => useContext(Context)
/** How a cell shows that it may take what is being carried, or is about to. */
export function useCarried(service: string, node: string): string {
  const { dragged } = useDrag()
  if (dragged?.service !== service) return ""
  return dragged.over === node ? "bg-accent-soft ring-2 ring-accent" : "border-accent"
}
const keyOf = (service: string, node: string) => JSON.stringify([service, node])
/** Marks an element as a place where this service may be dropped. */
export const dropAt = (service: string, node: string) => ({ "data-drop": keyOf(service, node) })
const placeAt = (service: string, x: number, y: number): string | undefined => {
  const key = document.elementFromPoint(x, y)?.closest("[data-drop]")?.getAttribute("data-drop")
  const [of, node]: readonly (string | undefined)[] = key ? JSON.parse(key) : []
  return of === service ? node : undefined
}

type ProviderProps = { readonly onDrop: (service: string, node: string) => void; readonly children: ReactNode }
/** A service is carried to another column by its cell: the same plan as a click there. Escape puts it back. */
export function DragProvider({ onDrop, children }: ProviderProps) {
  const t = useTranslations("overview")
  const [dragged, setDragged] = useState<Dragged>()
  const from = useRef<{ readonly service: string; readonly x: number; readonly y: number }>(undefined)
  const hasMoved = useRef(false)
  const drop = useRef(onDrop)
  drop.current = onDrop
  useEffect(() => {
    const end = () => {
      from.current = undefined
      setDragged(undefined)
    }
    const move = ({ clientX: x, clientY: y }: PointerEvent) => {
      const start = from.current
      if (!start || (!hasMoved.current && Math.hypot(x - start.x, y - start.y) < FAR_PX)) return
      hasMoved.current = true
      setDragged({ service: start.service, x, y, over: placeAt(start.service, x, y) })
    }
    const up = ({ clientX: x, clientY: y }: PointerEvent) => {
      const start = from.current
      const node = start && hasMoved.current ? placeAt(start.service, x, y) : undefined
      end()
      if (start && node !== undefined) drop.current(start.service, node)
    }
    const key = (event: KeyboardEvent) => event.key === "Escape" && end()
    const listeners = { pointermove: move, pointerup: up, pointercancel: end, keydown: key }
    for (const [name, listen] of Object.entries(listeners)) window.addEventListener(name, listen as EventListener)
    return () => {
      for (const [name, listen] of Object.entries(listeners)) window.removeEventListener(name, listen as EventListener)
    }
  }, [])
  const begin = (service: string, { clientX: x, clientY: y, button, pointerType }: ReactPointerEvent) => {
    // A finger scrolls; a tap on a cell does the same as a drop there.
    if (button !== 0 || pointerType === "touch") return
    hasMoved.current = false
    from.current = { service, x, y }
  }
  return (
    <Context.Provider value={{ dragged, begin, wasDragged: () => hasMoved.current }}>
      {children}
      {dragged && (
        <div
          role="status"
          className="pointer-events-none fixed z-30 rounded-md border border-accent bg-panel px-2.5 py-1 font-medium shadow-lg"
          style={{ left: dragged.x + 10, top: dragged.y + 10 }}
        >
          {dragged.over === undefined ? dragged.service : t("dropHere", { service: dragged.service, node: dragged.over })}
        </div>
      )}
    </Context.Provider>
  )
}
