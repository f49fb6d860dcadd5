import { expect, test } from "vitest"
import { oneLookAtATime } from "./one-look"

test("who asks during a look shares one that begins after it; another's key, and a look that failed, keep nobody", async () => {
  const share = oneLookAtATime<number>()
  const ends: ((fail?: Error) => void)[] = []
  const look = () => new Promise<number>((done, fail) => void ends.push((error) => (error ? fail(error) : done(ends.length))))
  const [first, second, third, other] = [share("a", look), share("a", look), share("a", look), share("b", look)]
  expect(ends).toHaveLength(2)
  ends[0]?.(new Error("the node is away"))
  ends[1]?.()
  await expect(first).rejects.toThrow("the node is away")
  expect(await other).toBe(2)
  await Promise.resolve()
  expect(ends).toHaveLength(3)
  ends[2]?.()
  expect([await second, await third]).toEqual([3, 3])
  const later = share("a", look)
  expect(ends).toHaveLength(4)
  ends[3]?.()
  expect(await later).toBe(4)
})
