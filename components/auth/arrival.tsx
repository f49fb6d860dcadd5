"use client"
import { useEffect } from "react"

/** Asks for the same page once more, from here: this time the session's cookie goes with it. */
export function Arrival() {
  useEffect(() => window.location.replace(window.location.href), [])
  return <main aria-busy="true" />
}
