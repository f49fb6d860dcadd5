"use client"
import { useState } from "react"
import { Card, Mono, PageHead } from "@/components/ui/card"
import { Code } from "@/components/ui/code"
import { TextField } from "@/components/ui/field"
import type { ApiEntry, ApiField } from "@/lib/domain/api-reference"
import { useTranslations } from "@/lib/i18n/use"
import { Errors } from "./errors"

const DOCUMENT = "/api/v1/openapi.json"
/** Every verb by HTTP, from the panel's own OpenAPI document. */
export function ApiReference({ entries, origin }: { readonly entries: readonly ApiEntry[]; readonly origin: string }) {
  const t = useTranslations("api")
  const [words, setWords] = useState("")
  const found = entries.filter(({ name, answer }) => `${name} ${answer}`.toLowerCase().includes(words.trim().toLowerCase()))
  const rooms = [...new Set(found.map(({ name }) => name.split(".")[0] ?? ""))]
  return (
    <>
      <PageHead
        title={t("docs")}
        sub={
          <>
            {t("docsText")}{" "}
            <a href={DOCUMENT}>
              <Mono>{DOCUMENT}</Mono>
            </a>
          </>
        }
      />
      <div className="grid gap-3.5">
        <Headers />
        <div className="max-w-96">
          <TextField
            label={t("find")}
            type="search"
            value={words}
            hint={t("found", { n: found.length })}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
        {rooms.map((room) => (
          <section key={room} aria-labelledby={`room-${room}`}>
            <h2 id={`room-${room}`} className="mb-1.5 font-mono">
              {room}
            </h2>
            <Card className="divide-y">
              {found
                .filter(({ name }) => name.startsWith(`${room}.`))
                .map((entry) => (
                  <Entry key={entry.name} entry={entry} origin={origin} />
                ))}
            </Card>
          </section>
        ))}
        <Errors />
      </div>
    </>
  )
}
function Headers() {
  const t = useTranslations("api")
  const headers = [
    ["Authorization: Bearer moyai_…", t("headerToken")],
    ["Idempotency-Key: …", t("headerKey")],
    ["Accept-Language: ja", t("headerLanguage")],
  ] as const
  return (
    <section aria-labelledby="headers">
      <h2 id="headers" className="mb-1.5">
        {t("headers")}
      </h2>
      <Card className="p-3.5">
        <dl className="grid gap-x-4 gap-y-2 sm:grid-cols-[auto_1fr]">
          {headers.map(([header, about]) => (
            <div key={header} className="contents">
              <dt>
                <Mono>{header}</Mono>
              </dt>
              <dd className="text-ink2">{about}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </section>
  )
}
function Entry({ entry, origin }: { readonly entry: ApiEntry; readonly origin: string }) {
  const t = useTranslations()
  const { name, method, path, role, fields, answer } = entry
  return (
    <details id={name} className="px-3.5 py-2">
      <summary className="cursor-pointer py-1">
        <span className={`mr-2 inline-block w-11 font-mono text-[12px] font-semibold ${method === "GET" ? "text-ok" : "text-accent"}`}>
          {method}
        </span>
        <Mono>{path}</Mono>{" "}
        <span className="text-xs text-ink2">{t("api.for", { role: role === "anyone" ? t("api.anyone") : t(`common.roles.${role}`) })}</span>
      </summary>
      <div className="grid gap-3 pt-2 pb-1">
        {fields.length === 0 ? <p className="text-ink2">{t("api.noInput")}</p> : <Fields fields={fields} />}
        <p>
          {t("api.answer")}: <Mono>{answer}</Mono>
        </p>
        <Code text={curlOf(entry, origin)} />
      </div>
    </details>
  )
}
function Fields({ fields }: { readonly fields: readonly ApiField[] }) {
  const t = useTranslations("api")
  return (
    <dl className="divide-y rounded-lg border">
      {fields.map(({ path, type, isRequired }) => (
        <div key={path} className="grid gap-x-4 px-3 py-1.5 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
          <dt>
            <Mono>{path}</Mono> <span className="text-xs text-ink2">{t(isRequired ? "required" : "optional")}</span>
          </dt>
          <dd className="text-ink2">
            <Mono>{type}</Mono>
          </dd>
        </div>
      ))}
    </dl>
  )
}
/** Its required fields, to be filled in. */
function curlOf({ method, path, role, fields }: ApiEntry, origin: string): string {
  const top = fields.filter(({ isRequired, path: field }) => isRequired && !/[.[]/.test(field)).map(({ path: field }) => field)
  const token = role === "anyone" ? "" : ` -H "Authorization: Bearer $MOYAI_TOKEN"`
  const url = `${origin}${path}`
  if (method === "GET") return `curl -sS${token} '${url}${top.length === 0 ? "" : `?${top.map((field) => `${field}=…`).join("&")}`}'`
  const body = `{${top.map((field) => `"${field}": …`).join(", ")}}`
  return `curl -sS${token} -H 'Content-Type: application/json' \\\n  -d '${body}' '${url}'`
}
