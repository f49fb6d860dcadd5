import { createTranslator } from "use-intl/core"
import { describe, expect, test } from "vitest"
import { diagnose, doctorCodes, notSeenCodes } from "../domain/doctor"
import { cases, sceneOfCase } from "../domain/doctor.fixture"
import { locales, messagesOf } from "./messages"

describe.each(locales)("%s", (locale) => {
  const { doctor } = messagesOf(locale)
  test("has words for every finding, for its being well, and for every reason of not having seen it", () => {
    const { well, notSeen, ...findings } = doctor
    expect(Object.keys(findings).toSorted()).toEqual([...doctorCodes].toSorted())
    expect(Object.keys(well).toSorted()).toEqual([...doctorCodes].toSorted())
    expect(Object.keys(notSeen).toSorted()).toEqual([...notSeenCodes].toSorted())
  })
  test("what the doctor tells fills in every word", () => {
    const errors: unknown[] = []
    const t = createTranslator({ locale, messages: { doctor }, onError: (error) => errors.push(error) })
    const say = (key: string, params: Readonly<Record<string, string>>) => t(`doctor.${key}` as never, params as never) // any code
    for (const one of cases) {
      const { findings, notSeen } = diagnose(sceneOfCase(one))
      for (const { code, params } of findings) expect(say(code, params)).not.toMatch(/[{}]|undefined/)
      for (const { code, params } of notSeen) expect(say(`notSeen.${code}`, params)).not.toMatch(/[{}]|undefined/)
    }
    expect(errors).toEqual([])
  })
})
