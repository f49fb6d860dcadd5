import { type PointerEvent as ReactPointerEvent, useEffect, useMemo, useRef } from "react"

const FAR_PX = 6
const LONG_PRESS_MS = 400
type Gesture = {
  readonly service: string
  readonly pointer: number
  readonly isTouch: boolean
  readonly x: number
  readonly y: number
  readonly timer: ReturnType<typeof setTimeout> | undefined
}
type Hands = {
  readonly carry: (of: Gesture, x: number, y: number) => void
  readonly end: (of: Gesture, at?: { readonly x: number; readonly y: number }) => void
}
/** Follows the pointer that took a service up. A finger that moves at once scrolls, one that rests first carries. */
export function useGesture({ carry, end }: Hands) {
  const gesture = useRef<Gesture>(undefined)
  const isCarrying = useRef(false)
  const hands = useRef({ carry, end })
  hands.current = { carry, end }
  useEffect(() => {
    const stop = (at?: { readonly x: number; readonly y: number }) => {
      const of = gesture.current
      gesture.current = undefined
      clearTimeout(of?.timer)
      if (of && isCarrying.current) hands.current.end(of, at)
    }
    const mine = (event: PointerEvent) => (gesture.current?.pointer === event.pointerId ? gesture.current : undefined)
    const move = (event: PointerEvent) => {
      const [of, x, y] = [mine(event), event.clientX, event.clientY]
      if (of && !of.isTouch && event.buttons === 0) return stop() // let go outside of the window
      if (!of || (!isCarrying.current && Math.hypot(x - of.x, y - of.y) < FAR_PX)) return
      if (of.isTouch && !isCarrying.current) return stop()
      isCarrying.current = true
      hands.current.carry(of, x, y)
    }
    const up = (event: PointerEvent) => {
      if (mine(event)) stop({ x: event.clientX, y: event.clientY })
    }
    const cancel = (event: PointerEvent) => mine(event) && stop()
    const key = (event: KeyboardEvent) => event.key === "Escape" && stop()
    const hold = (event: Event) => gesture.current && (isCarrying.current || event.type !== "touchmove") && event.preventDefault()
    const menu = (event: Event) => gesture.current?.isTouch && event.preventDefault()
    const leave = () => stop()
    const listeners = {
      ...{ pointermove: move, pointerup: up, pointercancel: cancel, keydown: key },
      ...{ touchmove: hold, selectstart: hold, contextmenu: menu, blur: leave },
    }
    // A listener of touchmove must be allowed to hold the page still.
    for (const [name, listen] of Object.entries(listeners)) window.addEventListener(name, listen as EventListener, { passive: false })
    return () => {
      for (const [name, listen] of Object.entries(listeners)) window.removeEventListener(name, listen as EventListener)
    }
  }, [])
  return useMemo(
    () => ({
      begin: (service: string, { clientX: x, clientY: y, button, pointerType, pointerId: pointer }: ReactPointerEvent) => {
        if (button !== 0 || gesture.current) return
        const isTouch = pointerType === "touch"
        isCarrying.current = false
        const rested = () => {
          if (!gesture.current) return
          isCarrying.current = true
          hands.current.carry(gesture.current, x, y)
        }
        const timer = isTouch ? setTimeout(rested, LONG_PRESS_MS) : undefined
        gesture.current = { service, pointer, isTouch, x, y, timer }
      },
      wasDragged: () => isCarrying.current,
    }),
    [],
  )
}
