import { headers } from "next/headers"
import { ApiReference } from "@/components/api/reference"
import { apiReference } from "@/lib/api/reference"
import { engine } from "@/lib/engine"

export default async function Page() {
  const host = (await headers()).get("host") ?? "127.0.0.1"
  return <ApiReference entries={await apiReference()} origin={engine().publicUrl?.replace(/\/$/, "") ?? `http://${host}`} />
}
