"use client"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { SelectField, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import { Role, roles } from "@/lib/domain/roles"
import { useTranslations } from "@/lib/i18n/use"

/** For admins: who may come in, and what they may do. */
export function Users() {
  const t = useTranslations()
  const queries = useQueryClient()
  const onSettled = () => queries.invalidateQueries({ queryKey: api.user.key() })
  const { data = [] } = useQuery(api.user.list.queryOptions({ input: {} }))
  const setting = useMutation({ mutationFn: (input: { id: string; role: Role }) => client.user.setRole(input), onSettled })
  const removing = useMutation({ mutationFn: (id: string) => client.user.remove({ id }), onSettled })
  const error = setting.error ?? removing.error
  const options = roles.map((value) => ({ value, label: t(`common.roles.${value}`) }))
  return (
    <Card className="p-4">
      <h2>{t("settings.users")}</h2>
      {error && <Reports reports={reportsOf(error)} />}
      <ul className="mt-2 divide-y">
        {data.map((user) => (
          <li key={user.id} className="flex flex-wrap items-end gap-2 py-2">
            <b className="min-w-24 flex-1 pb-1.5">{user.name}</b>
            <span className="w-44">
              <SelectField
                label={t("settings.roleOf", { name: user.name })}
                options={options}
                value={user.role}
                onChange={(event) => setting.mutate({ id: user.id, role: Role.parse(event.target.value) })}
              />
            </span>
            <Button label={t("settings.removeUser", { name: user.name })} onPress={() => removing.mutate(user.id)}>
              {t("common.remove")}
            </Button>
          </li>
        ))}
      </ul>
      <NewUser options={options} onSettled={onSettled} />
    </Card>
  )
}
type NewUserProps = { readonly options: readonly { readonly value: string; readonly label: string }[]; readonly onSettled: () => void }
function NewUser({ options, onSettled }: NewUserProps) {
  const t = useTranslations("settings")
  const creating = useMutation({
    mutationFn: (input: { name: string; role: Role; password: string }) => client.user.create(input),
    onSettled,
  })
  const reports = creating.error ? reportsOf(creating.error) : []
  const detail = (field: string) => reports.find((r) => r.field === field && r.code === "invalid")?.params.detail
  return (
    <form
      method="post"
      aria-label={t("newUser")}
      className="mt-3 grid gap-3 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        creating.mutate({ name: String(data.get("name")), role: Role.parse(data.get("role")), password: String(data.get("password")) })
      }}
    >
      <h3 className="font-medium">{t("newUser")}</h3>
      <Reports reports={reports.filter((r) => r.code !== "invalid")} />
      <TextField label={t("name")} name="name" required autoComplete="off" error={detail("name")} />
      <SelectField label={t("role")} name="role" options={options} defaultValue="viewer" />
      <TextField
        label={t("firstPassword")}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        error={detail("password")}
      />
      <Button type="submit" isBusy={creating.isPending}>
        {t("addUser")}
      </Button>
    </form>
  )
}
