/** How a command ends; docs/cli.md and the man page are held to this table. */
export const exits = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  waits: 5,
  notAllowed: 6,
} as const
export const exitMeanings: Readonly<Record<keyof typeof exits, string>> = {
  done: "done, or submitted where --wait was not given",
  failed: "carried out and failed; errors found (services check, balancer check)",
  usage: "wrong usage, or a file that cannot be read",
  refused: "refused: by the panel, or not confirmed; nothing was done",
  unreachable: "the panel does not answer",
  waits: "waits for a person: a step failed, or a second person must confirm",
  notAllowed: "not logged in, or the role does not allow it",
}

/** Ends a command: the text goes to standard error. */
export class Ended extends Error {
  override readonly name = "Ended"
  readonly exit: number
  /** What --json prints instead of the text. */
  readonly detail: object
  constructor(exit: number, text: string, detail: object = {}) {
    super(text)
    this.exit = exit
    this.detail = detail
  }
}
