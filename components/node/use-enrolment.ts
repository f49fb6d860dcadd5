import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { api, client } from "@/lib/client/api"
import type { NodeCheck } from "@/lib/domain/views"

export type Place = { readonly host: string; readonly port: string }
export type Way = { readonly user: string; readonly by: "password" | "key"; readonly password: string }
type Checked = { readonly of: string; readonly hostname: string; readonly checks: readonly NodeCheck[] }
const portOf = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : 0)

/**
 * What was confirmed counts for this address and this key only, what was checked for this user too:
 * a later change of one of them asks for it again.
 */
export function useEnrolment(clusterId: string) {
  const router = useRouter()
  const queries = useQueryClient()
  const [place, setPlace] = useState<Place>({ host: "", port: "22" })
  const [way, setWay] = useState<Way>({ user: "root", by: "password", password: "" })
  const [confirmed, setConfirmed] = useState<string>()
  const [checked, setChecked] = useState<Checked>()
  const [typedName, setName] = useState<string>()
  const [isMember, setMember] = useState(true)

  const at = { host: place.host.trim(), port: portOf(place.port) }
  const scanning = useMutation({
    mutationFn: async (where: typeof at) => ({ ...(await client.node.scan(where)), ...where }),
    onMutate: () => setConfirmed(undefined),
  })
  const scan = scanning.data?.host === at.host && scanning.data.port === at.port ? scanning.data : undefined
  const key = scan && JSON.stringify([at, scan.hostKey])
  const isSame = key !== undefined && confirmed === key
  const candidate = { clusterId, ...at, user: way.user.trim(), hostKey: scan?.hostKey ?? "" }
  const current = isSame ? JSON.stringify(candidate) : undefined

  const preparing = useMutation({
    mutationFn: async (of: string) => {
      const password = way.by === "password" && way.password !== "" ? { password: way.password } : {}
      return { of, ...(await client.node.prepare({ ...candidate, ...password })) }
    },
    onSuccess: (answer) => {
      setChecked(answer)
      // Used once: from here on the key opens the door.
      setWay((old) => ({ ...old, by: "key", password: "" }))
    },
    onError: () => setChecked((old) => old && { ...old, of: "" }),
  })
  const checks = checked && checked.of === current ? checked.checks : undefined
  const name = typedName ?? checked?.hostname.split(".")[0] ?? ""
  const adding = useMutation({
    mutationFn: () => client.node.add({ ...candidate, name: name.trim(), isMember }),
    onSuccess: (added) => {
      void queries.invalidateQueries({ queryKey: api.overview.key() })
      router.push(`/c/${clusterId}/nodes/${added.name}`)
    },
  })
  return {
    ...{ place, setPlace, scan, scanning, ask: () => scanning.mutate(at) },
    ...{ isSame, setSame: (same: boolean) => setConfirmed(same ? key : undefined) },
    ...{ way, setWay, preparing, checks, check: () => current !== undefined && preparing.mutate(current) },
    ...{ name, setName, isMember, setMember, adding, add: () => adding.mutate() },
  }
}
export type Enrolment = ReturnType<typeof useEnrolment>
