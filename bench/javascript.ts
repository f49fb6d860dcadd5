import { gzipSync } from "node:zlib"
import { createPanel, whyNoBuild } from "../e2e/panel/panel"
import { freePort } from "../lib/node/sshd.fixture"
import type { Bench, Figure } from "./figure"

const MAX_KB = 200
/** What a page's own script tags load, gzipped; against the bound. Scripts for browsers without modules (nomodule) are loaded by no browser of today. */
export const bench: Bench = {
  name: "javascript",
  run: async () => {
    const why = whyNoBuild()
    if (why) throw new Error(why)
    const panel = await createPanel({ port: await freePort() })
    await panel.start()
    try {
      const { id } = await panel.client.cluster.create({ name: "bench" })
      const figures: Figure[] = []
      for (const [name, path, cookie] of [
        ["login", "/login", ""],
        ["overview", `/c/${id}`, `moyai=${panel.token}`],
      ] as const) {
        const html = await (await fetch(panel.address + path, { headers: { cookie } })).text()
        const files = new Set(
          [...html.matchAll(/<script[^>]+src="([^"]+\.js)"[^>]*>/g)].filter(([tag]) => !/nomodule/i.test(tag)).map(([, src = ""]) => src),
        )
        let [gzipped, raw] = [0, 0]
        for (const file of files) {
          const text = Buffer.from(await (await fetch(panel.address + file)).arrayBuffer())
          gzipped += gzipSync(text).length
          raw += text.length
        }
        const kb = Math.round(gzipped / 1_000)
        figures.push({
          name: `javascript.${name}`,
          value: kb,
          unit: "kB gzipped",
          against: "the bound",
          target: `<= ${MAX_KB}`,
          met: kb <= MAX_KB,
          detail: `${files.size} files, ${Math.round(raw / 1_000)} kB before gzip, ratio to the bound ${(kb / MAX_KB).toFixed(2)}`,
        })
      }
      return figures
    } finally {
      await panel.end()
    }
  },
}
