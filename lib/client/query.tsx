"use client"
import { QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"

/** Nothing polls from the browser: what changes is told by the stream, which invalidates. */
const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, refetchOnReconnect: true, retry: 1 },
      mutations: { retry: false },
    },
  })

export function QueryProvider({ children }: { readonly children: ReactNode }) {
  const [queries] = useState(newQueryClient)
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>
}
