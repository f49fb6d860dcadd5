import { z } from "zod"
import { Name } from "../../lib/domain/call"

/** `ps` and sudo's log would show them: the panel does not take them yet. */
const looksSecret = /passw|secret|token|key$/i
export const isSecretName = (name: string): boolean => looksSecret.test(name)

const VALUE_MAX = 4_096
const PARAMS_MAX = 128
const Value = z
  .string()
  .max(VALUE_MAX)
  .regex(/^[^\p{Cc}]*$/u, "oneLine")
/** Agent parameters; each becomes an environment variable OCF_RESKEY_<name>, so its name is one of a shell variable. */
const Params = z
  .record(
    z
      .string()
      .max(128)
      .regex(/^(?!__proto__$)[A-Za-z_]\w*$/, "parameterName"),
    Value,
  )
  .check((ctx) => {
    const names = Object.keys(ctx.value)
    if (names.length > PARAMS_MAX) ctx.issues.push({ code: "custom", message: "tooManyParameters", path: [], input: ctx.value })
    for (const name of names.filter(isSecretName))
      ctx.issues.push({ code: "custom", message: "secretParameter", path: [name], input: ctx.value[name] })
  })

const Address = z.union([z.ipv4(), z.ipv6()])
/** Agents of which `ip` is looked for on the other nodes before they start. */
export const isAddressAgent = (agent: string): boolean => agent === "IPaddr2" || agent === "IPaddr"

const unitTypes = /\.(service|socket|target|mount|automount|swap|timer|path|slice|scope|device)$/
/** A systemd unit (systemd.unit(5)); as `systemctl` does, a name without a type is a service. */
export const Unit = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9:_.@\\-]*$/, "unitName")
  .transform((unit) => (unitTypes.test(unit) ? unit : `${unit}.service`))

const Script = z
  .string()
  .max(255)
  .regex(/^(?:\/[\w@+:.-]+)+$/, "absolutePath")
  .refine((path) => !path.split("/").some((part) => part === ".." || part === "."), "absolutePath")

const HOUR_MS = 3_600_000
const TimeoutMs = z.int().min(1_000).max(HOUR_MS)
const common = {
  name: Name,
  timeouts: z
    .strictObject({ startMs: TimeoutMs.exactOptional(), stopMs: TimeoutMs.exactOptional(), monitorMs: TimeoutMs.exactOptional() })
    .exactOptional(),
  monitorEveryMs: z.int().min(1_000).max(HOUR_MS).default(10_000),
  /** Checks that look deeper and cost more (OCF_CHECK_LEVEL, rgmanager's `depth`), each as often as it says. */
  deepChecks: z
    .array(
      z.strictObject({
        depth: z.union([z.literal(10), z.literal(20)]),
        everyMs: z
          .int()
          .min(1_000)
          .max(24 * HOUR_MS),
      }),
    )
    .max(2)
    .exactOptional(),
}

/** Something that starts, stops and says how it is: by an OCF agent, a systemd unit or an LSB script. */
export const OcfResource = z.discriminatedUnion("class", [
  z.strictObject({ ...common, class: z.literal("ocf"), provider: Name, agent: Name, params: Params }).check((ctx) => {
    const { ip } = ctx.value.params
    if (isAddressAgent(ctx.value.agent) && !Address.safeParse(ip).success)
      ctx.issues.push({ code: "custom", message: "address", path: ["params", "ip"], input: ip })
  }),
  z.strictObject({ ...common, class: z.literal("systemd"), unit: Unit }),
  /** rgmanager's `script`: /etc/init.d/… or any other that answers start, stop and status. */
  z.strictObject({ ...common, class: z.literal("lsb"), script: Script }),
])
export type OcfResource = z.infer<typeof OcfResource>
export type ResourceOf<C extends OcfResource["class"]> = Extract<OcfResource, { readonly class: C }>

export const OcfDefinition = z.strictObject({ resource: OcfResource, state: z.enum(["started", "stopped"]) })
export type OcfDefinition = z.infer<typeof OcfDefinition>

/** What a monitor says. `detail` is the tool's own words, one line, cleaned; never markup. */
export const Monitor = z.object({
  state: z.enum(["started", "stopped", "failed"]),
  detail: z.string(),
  pid: z.int().exactOptional(),
  /** Of OCF and LSB: what the agent ended with. */
  exitCode: z.int().exactOptional(),
  /** The agent says that its software is not there. No proof where it was started before: a program may have gone from under it. */
  isAbsent: z.boolean().exactOptional(),
  /** Of systemd: the unit, and what happens to it when the node boots (see `AtBoot`). */
  unit: z.string().exactOptional(),
  atBoot: z.string().exactOptional(),
})
export type Monitor = z.infer<typeof Monitor>

/** systemctl(1) is-enabled, plus "not-found" and "unknown" for a word of a newer systemd. */
export const AtBoot = z
  .enum([
    "enabled",
    "enabled-runtime",
    "linked",
    "linked-runtime",
    "alias",
    "masked",
    "masked-runtime",
    "static",
    "indirect",
    "disabled",
    "generated",
    "transient",
    "bad",
    "not-found",
  ])
  .or(z.literal("unknown"))
export type AtBoot = z.infer<typeof AtBoot>
