import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createPool, type Pool } from "./pool"
import { isUnreachable, type NodeSession } from "./session"
import { reading, sh } from "./sh"
import { programOf, type Sshd, startSshd, whyNoSshd } from "./sshd.fixture"
import { execLine } from "./wire"

const why = whyNoSshd()
const timeoutMs = 20_000
const RC = "echo rc noise; echo more rc noise >&2; printf 'no end of line';"

/** What may stand between sshd and our `sh`. Each ends by running what sshd would have run. */
const shells: readonly { readonly name: string; readonly needs: string; readonly text: string }[] = [
  { name: "sh", needs: "sh", text: 'exec sh -c "$SSH_ORIGINAL_COMMAND"' },
  { name: "bash whose rc file talks", needs: "bash", text: `${RC} exec bash -c "$SSH_ORIGINAL_COMMAND"` },
  { name: "csh", needs: "csh", text: 'exec csh -fc "$SSH_ORIGINAL_COMMAND"' },
  { name: "tcsh", needs: "tcsh", text: 'exec tcsh -fc "$SSH_ORIGINAL_COMMAND"' },
  { name: "fish", needs: "fish", text: 'exec fish -c "$SSH_ORIGINAL_COMMAND"' },
  { name: "busybox sh", needs: "busybox", text: 'exec busybox sh -c "$SSH_ORIGINAL_COMMAND"' },
  // As on a node whose /bin/sh is another one: there our program runs in it.
  {
    name: "bash as sh",
    needs: "bash",
    text: 'd=$(mktemp -d); ln -s "$(command -v bash)" $d/sh; PATH=$d:$PATH exec sh -c "$SSH_ORIGINAL_COMMAND"',
  },
  {
    name: "busybox as sh and tools",
    needs: "busybox",
    text: 'd=$(mktemp -d); busybox --install -s $d; PATH=$d exec $d/sh -c "$SSH_ORIGINAL_COMMAND"',
  },
]

for (const { name, needs, text } of shells) {
  const skipped = why ?? (programOf(needs) ? undefined : `${needs} is not installed`)
  describe.skipIf(skipped !== undefined)(`with ${name} behind sshd${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
    let sshd: Sshd
    let pool: Pool
    let session: NodeSession
    beforeAll(async () => {
      sshd = await startSshd(text)
      pool = createPool({ credential: async () => ({ privateKey: sshd.privateKey }) })
      session = pool.session(sshd.endpoint)
    })
    afterAll(async () => {
      await pool.close()
      sshd.stop()
    })
    const anyWord = fc.string({ unit: "binary" }).map((word) => word.replaceAll("\0", ""))

    test("any words and any input arrive byte for byte, by run and by read", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyWord, { minLength: 1, maxLength: 4 }), fc.string({ unit: "binary" }), async (words, stdin) => {
          const print = sh`printf ${"%s\\0"} ${words}`
          const expected = words.map((word) => `${word}\0`).join("")
          const [ran, [seen], copied] = await Promise.all([
            session.run(print, { timeoutMs }),
            session.read([print], { timeoutMs }),
            session.run(reading(sh`cat`, stdin), { timeoutMs }),
          ])
          expect(ran).toEqual({ exitCode: 0, stdout: expected, stderr: "" })
          expect(seen).toEqual({ exitCode: 0, stdout: expected, stderr: "" })
          expect(copied.stdout).toBe(stdin)
        }),
        { numRuns: 6 },
      )
    })
    test("a command sees the end of its input, and no byte of it is lost", async () => {
      expect(await session.run(sh`cat`, { timeoutMs })).toEqual({ exitCode: 0, stdout: "", stderr: "" })
      expect((await session.run(reading(sh`wc -c`, "é\n".repeat(200_000)), { timeoutMs })).stdout.trim()).toBe("600000")
    })
    test("facts keep apart what is on either output, without an end of line too", async () => {
      const noisy = sh`sh -c ${"printf out; printf err >&2; exit 9"}`
      const answers = await session.read([noisy, sh`true`, sh`sh -c ${"exit 3"}`, sh`no-such-program`], { timeoutMs })
      expect(answers.map(({ exitCode }) => exitCode)).toEqual([9, 0, 3, 127])
      expect(answers[0]).toEqual({ exitCode: 9, stdout: "out", stderr: "err" })
    })
    test("output that is no text is neither cut nor mixed with the marks", async () => {
      const { stdout } = await session.run(sh`sh -c ${"printf '\\001\\377\\000\\nmoyai-\\n'; printf end"}`, { timeoutMs })
      expect(stdout).toBe("\u0001\ufffd\0\nmoyai-\nend")
    })
  })
}

describe.skipIf(why !== undefined)(`as a user who needs sudo${why ? ` (skipped: ${why})` : ""}`, () => {
  let dir = ""
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "moyai-sudo-"))
  })
  afterAll(() => rmSync(dir, { recursive: true }))
  /** Stands for sudo: this machine may have none, and its policy is not ours to change. */
  async function withSudo(
    script: string,
  ): Promise<{ readonly session: NodeSession; readonly log: string; readonly end: () => Promise<void> }> {
    const bin = join(dir, "bin")
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, "sudo"), `#!/bin/sh\necho "$*" >>${dir}/sudo.log\n${script}\n`)
    chmodSync(join(bin, "sudo"), 0o755)
    const own = await startSshd(`PATH=${bin}:$PATH exec sh -c "$SSH_ORIGINAL_COMMAND"`)
    const ownPool = createPool({ credential: async () => ({ privateKey: own.privateKey }) })
    const end = async () => {
      await ownPool.close()
      own.stop()
    }
    return { session: ownPool.session({ ...own.endpoint, sudo: true }), log: join(dir, "sudo.log"), end }
  }
  test("commands, facts and files go through sudo, whose log sees one constant line and no argument", async () => {
    const { session, log, end } = await withSudo('shift; "$@"')
    expect(await session.run(reading(sh`sh -c ${"cat; echo $0"} secret-argument`, "in\n"), { timeoutMs })).toMatchObject({
      stdout: "in\nsecret-argument\n",
    })
    expect(await session.read([sh`echo secret-argument`], { timeoutMs })).toMatchObject([{ stdout: "secret-argument\n" }])
    expect(await session.put({ path: join(dir, "file"), content: "secret-argument", mode: 0o600, timeoutMs })).toMatchObject({
      state: "written",
    })
    const lines = new Set(readFileSync(log, "utf8").trim().split("\n"))
    expect([...lines]).toEqual([execLine(true).replace("exec sudo ", "").replaceAll("'", "")])
    await end()
  })
  test("a sudo that wants a password is told as such: nothing was run", async () => {
    const { session, end } = await withSudo('echo "sudo: a password is required" >&2; exit 1')
    const failures = await Promise.all([
      session.run(sh`true`, { timeoutMs }).catch((error: unknown) => error),
      session.read([sh`true`], { timeoutMs }).catch((error: unknown) => error),
    ])
    for (const error of failures) {
      expect(isUnreachable(error) ? error.why : error).toEqual({ code: "auth" })
      expect(String(error)).toContain("a password is required")
    }
    await end()
  })
})
