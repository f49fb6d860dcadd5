"use client"
import { createContext, useContext, useDeferredValue, useEffect, useMemo, useRef, useState } from "react"
import type { Machine } from "@/lib/client/balancer-api"
import type { Balancer } from "@/lib/domain/balancer"
import type { BalancerChange } from "@/lib/domain/balancer-diff"
import type { RuleContext } from "@/lib/domain/balancer-rules-service"
import type { Report } from "@/lib/domain/report"
import { changesOf, type Draft, draftOf } from "./draft"
import { type Problems, problemsOf } from "./draft-errors"
import { packed, unpacked } from "./draft-store"

export type Editing = {
  readonly draft: Draft
  readonly edit: (change: (draft: Draft) => Draft) => void
  readonly problems: Problems
  /** What the forms ask of the world around the model. */
  readonly context: RuleContext
  readonly canEdit: boolean
  /** Weight 0 is an operator's. */
  readonly canDrain: boolean
  readonly place: Place
}
/** Whose form it is: for trying checks, and for what may be offered. */
export type Place = {
  readonly clusterId: string
  readonly name: string
  readonly nodes: readonly string[]
  readonly machines: readonly Machine[]
}
const EditingContext = createContext<Editing | null>(null)
export const EditingProvider = EditingContext.Provider
/** Throws outside of a form. */
export function useEditing(): Editing {
  const editing = useContext(EditingContext)
  if (!editing) throw new Error("a field of a balancer stands outside of its form")
  return editing
}

/** The rules by what was typed; with thousands of servers they follow the keys a little later. */
export function useProblems(draft: Draft, context: RuleContext, refused: readonly Report[]): Problems {
  const settled = useDeferredValue(draft)
  return useMemo(() => problemsOf(settled, context, refused), [settled, context, refused])
}

const SAVE_AFTER_MS = 400
function stored(key: string): string | null {
  try {
    return window.sessionStorage.getItem(key)
  } catch {
    return null
  }
}
function store(key: string, text: string | null) {
  try {
    if (text === null) window.sessionStorage.removeItem(key)
    else window.sessionStorage.setItem(key, text)
  } catch {
    // Too large for the tab, or forbidden: the draft lives as long as the page.
  }
}
type Kept = {
  readonly draft: Draft
  readonly edit: Editing["edit"]
  readonly discard: () => void
  readonly changes: readonly BalancerChange[]
  readonly isDirty: boolean
  /** Another version became current meanwhile: its changes would be undone by this draft. */
  readonly isBehind: boolean
}
/** A draft of one version, which survives a reload of the page in its tab. */
export function useKeptDraft(key: string, base: Balancer, version: number): Kept {
  const [draft, setDraft] = useState<Draft>(() => {
    const text = typeof window === "undefined" ? null : stored(key)
    return (text && unpacked(base, version, text)) || draftOf(base)
  })
  const [begun, setBegun] = useState({ base, version, isBehind: false })
  // Another version has become current: an untouched form follows, or one whose changes it has; any other is compared with it.
  if (begun.version !== version) {
    const follows = draft.model === begun.base || changesOf(base, draft).length === 0
    setBegun({ base, version, isBehind: !follows })
    if (follows) setDraft(draftOf(base))
  }
  const isTouched = draft.model !== begun.base || Object.keys(draft.typed).length > 0
  const save = useRef<() => void>(() => undefined)
  useEffect(() => {
    save.current = () => store(key, isTouched ? packed(begun.base, begun.version, draft) : null)
    const timer = setTimeout(save.current, SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [key, draft, begun, isTouched])
  // Another page of the same draft follows at once; so may a reload.
  useEffect(() => {
    const now = () => save.current()
    window.addEventListener("pagehide", now)
    return () => {
      window.removeEventListener("pagehide", now)
      now()
    }
  }, [])
  const settled = useDeferredValue(draft)
  const changes = useMemo(() => changesOf(begun.base, settled), [begun, settled])
  return {
    draft,
    edit: setDraft,
    discard: () => {
      store(key, null)
      setDraft(draftOf(begun.base))
      setBegun({ ...begun, isBehind: false })
    },
    changes,
    isBehind: begun.isBehind,
    isDirty: changes.length > 0 || Object.keys(draft.typed).length > 0,
  }
}
