import { createTranslator } from "use-intl/core"
import { type Report, report, reportOfIssue } from "../domain/report"
import { type Locale, messagesOf } from "../i18n/messages"
import { reportWith } from "../i18n/report"

const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
} as const
type Status = keyof typeof titles
const isKnown = (status: number): status is Status => status in titles
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null

/** An error as programs read it (RFC 9457); the words are those of the screen. */
export function problem(
  status: number,
  reports: readonly Report[],
  locale: Locale,
  extra: object = {},
  headers: HeadersInit = {},
): Response {
  const known = isKnown(status) ? status : 500
  const t = createTranslator({ locale, messages: messagesOf(locale) })
  const say = reportWith(t)
  const said = reports.map(({ code, params, field }) => ({
    ...{ code, params, text: say({ code, params }) },
    ...(field === undefined || field === "" ? {} : { field }),
  }))
  const code = reports[0]?.code ?? "fault"
  const all = new Headers(headers)
  all.set("content-type", "application/problem+json")
  all.set("cache-control", "no-store")
  if (known === 401)
    all.set("www-authenticate", code === "loginNeeded" ? 'Bearer realm="moyai"' : 'Bearer realm="moyai", error="invalid_token"')
  const seconds = reports.find((r) => r.code === "tooManyAttempts")?.params.seconds
  if (known === 429 && seconds !== undefined) all.set("retry-after", seconds)
  const body = {
    ...extra,
    ...{
      type: `/api/docs#${code}`,
      title: titles[known],
      status: known,
      detail: said.map(({ text }) => text).join(" "),
      code,
      reports: said,
    },
  }
  return new Response(JSON.stringify(body), { status: known, headers: all })
}

/** From what oRPC answers: `data.reports` of a refusal, `data.issues` of an input that does not fit; anything else is a fault of ours. */
export function problemOf(status: number, body: string, locale: Locale, headers: HeadersInit = {}): Response {
  const { data } = parsed(body)
  if (!isObject(data)) {
    const reports = status === 400 ? [report("invalid", { detail: "" })] : [report("fault")]
    return problem(status, reports, locale, {}, headers)
  }
  const { reports, issues, ...extra } = data
  const told = Array.isArray(issues) ? issues.map(reportOfIssue) : Array.isArray(reports) ? (reports as readonly Report[]) : [] // made by router.ts
  return problem(status, told.length === 0 ? [report("fault")] : told, locale, extra, headers)
}
function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
