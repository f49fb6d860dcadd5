import type { Io } from "../io"
import { type Panel, type Place, placeOf } from "../panel"

/** Options that every command has. */
export type Common = {
  readonly json?: boolean
  readonly cluster?: string
}
/** Of commands that change something. */
export type Acting = Common & {
  readonly plan?: boolean
  readonly wait?: boolean
  readonly yes?: boolean
  readonly why?: string
}
/** What a command works with; tests give their own. */
export type Deps = {
  readonly io: Io
  /** The panel that one is logged in to. @throws Ended */
  readonly panel: () => Promise<Panel>
}
export const here = async ({ io, panel }: Deps, { cluster }: Common): Promise<Place> =>
  placeOf(await panel(), cluster ?? io.env.MOYAI_CLUSTER)

/** `--json` prints exactly the object; else the text. */
export const print = (io: Io, { json }: Common, value: unknown, text: string): void =>
  io.out(json ? `${JSON.stringify(value, null, 2)}\n` : text)
