"use client"
import { createContext, type ReactNode, type PointerEvent as ReactPointerEvent, useContext, useMemo, useRef, useState } from "react"
import { useTranslations } from "@/lib/i18n/use"
import { useGesture } from "./gesture"

const BESIDE_PX = 12
/** A place for a service, and why it cannot go there; null where it can. */
type Place = { readonly node: string; readonly why: string | null }
type Carried = { readonly service: string; readonly over: Place | undefined }
type Drag = {
  readonly carried: Carried | undefined
  readonly begin: (service: string, event: ReactPointerEvent) => void
  /** A click that ended a drag opens nothing. */
  readonly wasDragged: () => boolean
}
const Context = createContext<Drag>({ carried: undefined, begin: () => undefined, wasDragged: () => false })
export const useDrag = (): Drag => useContext(Context)
/** Whether this service is being carried, and whether it is held over this place. */
export function useCarried(service: string, node: string): "no" | "elsewhere" | "here" {
  const { carried } = useDrag()
  if (carried?.service !== service) return "no"
  return carried.over?.node === node ? "here" : "elsewhere"
}
/** Marks an element as a place for this service: it may be dropped there, or `why` says why not. */
export const placeOf = (service: string, node: string, why: string | null = null) => ({
  "data-place": JSON.stringify([service, node, why]),
})
function placeAt(service: string, x: number, y: number): Place | undefined {
  const marked = document.elementFromPoint(x, y)?.closest("[data-place]")?.getAttribute("data-place")
  const [of, node, why = null]: readonly (string | null)[] = marked ? JSON.parse(marked) : []
  return of === service && typeof node === "string" ? { node, why } : undefined
}
/** Beside the pointer, on the side where there is room. */
const translateAt = (x: number, y: number): string => {
  const isLeft = x > window.innerWidth / 2
  return `${isLeft ? `calc(${x - BESIDE_PX}px - 100%)` : `${x + BESIDE_PX}px`} ${y + BESIDE_PX}px`
}

type ProviderProps = { readonly onDrop: (service: string, node: string) => void; readonly children: ReactNode }
/** A service is carried to another column by its cell: the same plan as a click there. Escape puts it back. */
export function DragProvider({ onDrop, children }: ProviderProps) {
  const t = useTranslations("overview")
  const [carried, setCarried] = useState<Carried>()
  const [last, setLast] = useState("")
  const label = useRef<HTMLDivElement>(null)
  const hands = useGesture({
    carry: ({ service }, x, y) => {
      if (label.current) label.current.style.translate = translateAt(x, y)
      const over = placeAt(service, x, y)
      setCarried((was) => (was?.service === service && was.over?.node === over?.node ? was : { service, over }))
    },
    end: ({ service }, at) => {
      const place = at && placeAt(service, at.x, at.y)
      const isDropped = place?.why === null
      setCarried(undefined)
      setLast(isDropped ? "" : t("putBack", { service }))
      if (isDropped) onDrop(service, place.node)
    },
  })
  const value = useMemo(() => ({ carried, ...hands }), [carried, hands])
  const words = ({ service, over }: Carried) => {
    if (!over) return t("carrying", { service })
    return over.why === null ? t("dropHere", { service, node: over.node }) : t("cannotDrop", { service, node: over.node, reason: over.why })
  }
  const tone = carried?.over?.why ? "border-warn text-warn" : "border-accent"
  return (
    <Context.Provider value={value}>
      {children}
      {/* Always there: what is read out is a change of its words. */}
      <div
        ref={label}
        role="status"
        className={
          carried
            ? `pointer-events-none fixed top-0 left-0 z-30 max-w-72 rounded-md border bg-panel px-2.5 py-1 font-medium shadow-lg ${tone}`
            : "sr-only"
        }
      >
        {carried ? words(carried) : last}
      </div>
    </Context.Provider>
  )
}
