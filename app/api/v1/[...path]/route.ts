import { createDoor } from "@/lib/api/answer"
import { engine } from "@/lib/engine"
import { logError } from "@/lib/log"

export const dynamic = "force-dynamic"
/** Whatever the method: what is not there is answered as a problem, too. */
const answer = createDoor(engine, (error) => logError("api", error))

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
