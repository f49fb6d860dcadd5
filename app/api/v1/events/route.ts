import { followEvents } from "@/lib/api/events"
import { engine } from "@/lib/engine"

export const dynamic = "force-dynamic"

export const GET = (request: Request): Promise<Response> => followEvents(engine(), request)
