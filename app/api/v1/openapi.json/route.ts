import { openApiDocument } from "@/lib/api/document"

export const dynamic = "force-dynamic"

export const GET = async (): Promise<Response> => Response.json(await openApiDocument(), { headers: { "cache-control": "no-cache" } })
