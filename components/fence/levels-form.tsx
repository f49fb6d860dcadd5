"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button, LinkButton } from "@/components/ui/button"
import { Banner, Card, PageHead } from "@/components/ui/card"
import { TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { FenceDeviceView, NodeFencingView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { LevelEditor } from "./level-editor"
import { draftOfLevels, type Levels, levelsInput, paramOf } from "./levels"
import { type Metadata, useMetadataOf } from "./metadata"
import { msOf, secondsOf, useFieldWords } from "./words"

/** Where an agent demands a plug, and neither the node nor the device says which. */
const missingPlugs = (levels: Levels, devices: readonly FenceDeviceView[], metadataOf: ReadonlyMap<string, Metadata>): readonly string[] =>
  levels.flatMap(({ uses }, i) =>
    uses.flatMap((use, k) => {
      const { plug = null, parameters = [] } = metadataOf.get(use.device) ?? {}
      const isDemanded = plug !== null && parameters.some(({ name, required }) => name === plug && required)
      const isSaid = plug !== null && (paramOf(use, plug) !== "" || devices.some((d) => d.name === use.device && d.params[plug]))
      return isDemanded && !isSaid ? [`${i}.${k}.params.${plug}`] : []
    }),
  )
const prefix = "fencing.levels."
/** The fields that stand on the form: what the server says of others stands above them all. */
const isShown = (levels: Levels, field = ""): boolean => {
  if (field === "fencing.delayMs") return true
  const [level, use, part, name] = field.startsWith(prefix) ? field.slice(prefix.length).split(".") : []
  const found = levels[Number(level)]?.uses[Number(use)]
  return found !== undefined && (part === "device" || (part === "params" && found.params.some((p) => p.name.trim() === name)))
}
type FormProps = { readonly clusterId: string; readonly was: NodeFencingView; readonly devices: readonly FenceDeviceView[] }
export function LevelsForm({ clusterId, was, devices }: FormProps) {
  const t = useTranslations()
  const words = useFieldWords()
  const router = useRouter()
  const queries = useQueryClient()
  const { node } = was
  const [levels, setLevels] = useState<Levels>(() => draftOfLevels(was))
  const [delay, setDelay] = useState(secondsOf(was.delayMs))
  const [missing, setMissing] = useState<readonly string[]>([])
  const metadataOf = useMetadataOf(clusterId, devices)
  const back = `/c/${clusterId}/fencing`
  const saving = useMutation({
    mutationFn: async (isTested: boolean) => {
      await client.fence.saveNode({ clusterId, node, fencing: { levels: levelsInput(levels), delayMs: msOf(delay) } })
      // The test's result stands on the page that follows.
      if (isTested) await client.fence.test({ clusterId, node }).catch(() => undefined)
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.fence.key() })
      router.push(back)
    },
  })
  const save = (isTested: boolean) => {
    const plugs = missingPlugs(levels, devices, metadataOf)
    setMissing(plugs)
    if (plugs.length === 0) saving.mutate(isTested)
  }
  const change = (next: Levels) => {
    setMissing([])
    saving.reset()
    setLevels(next)
  }
  const reports = reportsOf(saving.error)
  const at = (field: string) => reports.find((r) => r.field === field)
  const errorAt = (path: string) => (missing.includes(path) ? t("fencing.errors.plugMissing", { node }) : words(at(`${prefix}${path}`)))
  return (
    <>
      <PageHead title={t("fencing.levelsTitle", { node })} sub={t("fencing.levelsText")} />
      <Card className="max-w-3xl p-4">
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            save(levels.length > 0)
          }}
        >
          <Reports reports={reports.filter(({ field }) => !isShown(levels, field))} />
          {levels.length === 0 && (
            <Banner mark="need">
              <span className="min-w-0 flex-1">{t("fencing.noLevels", { node })}</span>
            </Banner>
          )}
          {devices.length === 0 ? (
            <div className="flex flex-wrap items-center gap-3">
              <span className="text-ink2">{t("fencing.noDevicesYet")}</span>
              <LinkButton href={`${back}/devices/new`}>{t("fencing.addDevice")}</LinkButton>
            </div>
          ) : (
            <LevelEditor {...{ levels, devices, metadataOf, errorAt }} onChange={change} />
          )}
          <div className="max-w-md">
            <TextField
              label={t("fencing.delay")}
              hint={t("fencing.delayHint")}
              inputMode="decimal"
              value={delay}
              onChange={(event) => setDelay(event.target.value)}
              error={words(at("fencing.delayMs"), "delay")}
            />
          </div>
          <div className="flex flex-wrap items-center justify-end gap-2">
            <span className="mr-auto text-xs text-ink3">{t("fencing.testHint")}</span>
            <LinkButton href={back} look="quiet">
              {t("common.cancel")}
            </LinkButton>
            {levels.length > 0 && (
              <Button isBusy={saving.isPending} onPress={() => save(false)}>
                {t("common.save")}
              </Button>
            )}
            <Button type="submit" look="primary" isBusy={saving.isPending}>
              {levels.length > 0 ? t("fencing.saveAndTest") : t("common.save")}
            </Button>
          </div>
        </form>
      </Card>
    </>
  )
}
