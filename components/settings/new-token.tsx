"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Code } from "@/components/ui/code"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { SelectField, TextField } from "@/components/ui/field"
import { Reports, useReport } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import { Role, roles } from "@/lib/domain/roles"
import { weaker } from "@/lib/domain/token"
import { useTranslations } from "@/lib/i18n/use"

const LIFETIMES = [1, 7, 30, 90, 365] as const
const FIELDS: readonly (string | undefined)[] = ["name", "role", "days", "password"]
type Asked = { readonly name: string; readonly role: Role; readonly days: number; readonly password: string }
const askedIn = (data: FormData): Asked => ({
  name: String(data.get("name")),
  role: Role.catch("viewer").parse(data.get("role")),
  days: Number(data.get("days")),
  password: String(data.get("password")),
})

/** Asks for the password again, then shows the token, once: it is gone when the dialog is. */
export function NewToken({ role, onClose }: { readonly role: Role; readonly onClose: () => void }) {
  const queries = useQueryClient()
  const making = useMutation({
    mutationFn: async (asked: Asked) => ({ name: asked.name, ...(await client.token.create(asked)) }),
    onSettled: () => queries.invalidateQueries({ queryKey: api.token.key() }),
    gcTime: 0,
  })
  if (making.data) return <Shown name={making.data.name} token={making.data.token} onClose={onClose} />
  return <Form role={role} error={making.error} isBusy={making.isPending} onAsk={making.mutate} onClose={onClose} />
}
type FormProps = {
  readonly role: Role
  readonly error: unknown
  readonly isBusy: boolean
  readonly onAsk: (asked: Asked) => void
  readonly onClose: () => void
}
function Form({ role, error, isBusy, onAsk, onClose }: FormProps) {
  const t = useTranslations()
  const say = useReport()
  const reports = error ? reportsOf(error) : []
  const errorAt = (field: string): string | undefined => {
    const found = reports.find((r) => r.field === field)
    return found && (found.code === "invalid" ? found.params.detail : say(found))
  }
  const mayHave = roles.filter((one) => weaker(one, role) === one)
  return (
    <Dialog title={t("api.create")} onClose={onClose}>
      <form
        method="post"
        className="mt-3 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          onAsk(askedIn(new FormData(event.currentTarget)))
        }}
      >
        <Reports reports={reports.filter((r) => !FIELDS.includes(r.field))} />
        <TextField label={t("api.name")} name="name" hint={t("api.nameHint")} required autoComplete="off" error={errorAt("name")} />
        <SelectField
          label={t("api.role")}
          name="role"
          hint={t("api.roleHint")}
          options={mayHave.map((value) => ({ value, label: t(`common.roles.${value}`) }))}
          error={errorAt("role")}
        />
        <SelectField
          label={t("api.days")}
          name="days"
          defaultValue="30"
          options={LIFETIMES.map((n) => ({ value: String(n), label: t("api.daysOf", { n }) }))}
          error={errorAt("days")}
        />
        <TextField
          label={t("api.password")}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={errorAt("password")}
        />
        <DialogFoot>
          <Button look="quiet" onPress={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="primary" isBusy={isBusy}>
            {t("api.createIt")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
type ShownProps = { readonly name: string; readonly token: string; readonly onClose: () => void }
function Shown({ name, token, onClose }: ShownProps) {
  const t = useTranslations("api")
  return (
    <Dialog title={t("shownTitle", { name })} sub={t("shownText")} onClose={onClose}>
      <div className="mt-3 grid gap-3">
        <Code text={token} />
        <div>
          <h2 className="mb-1">{t("usage")}</h2>
          <Code text={`curl -H "Authorization: Bearer $MOYAI_TOKEN" ${window.location.origin}/api/v1/cluster/list`} />
        </div>
      </div>
      <DialogFoot>
        <Button look="primary" onPress={onClose}>
          {t("shownDone")}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
