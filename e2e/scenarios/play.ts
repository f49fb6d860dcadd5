import { act } from "./act"
import { driven, passedMs, STEP_MS, setStage } from "./stage"
import type { Story } from "./story"
import { ending, tell } from "./tell"

type Played = { readonly log: readonly string[]; readonly violations: readonly string[]; readonly errors: readonly unknown[] }
/** Plays a story on the whole panel, its database included, on a clock of its own. @returns the log, and what must never have been. */
export async function play(story: Story): Promise<Played> {
  const stage = await setStage(story)
  const { w, clock } = stage
  try {
    const script = [...story.script].sort(([a], [b]) => a - b)
    while (passedMs(stage) < story.for * 1_000) {
      await tell(stage)
      const next = script[0]
      if (next && passedMs(stage) >= next[0] * 1_000) {
        script.shift()
        await act(stage, next[1])
      } else await clock.advance(STEP_MS)
    }
    await tell(stage)
    await ending(stage)
    return { log: stage.log, violations: [...w.cluster.violations], errors: w.errors }
  } finally {
    await driven(stage, w.stop())
  }
}
