// Asks a running panel what a browser would ask first.
import { Failed, say } from "./run.mjs"

const expectThat = (isTrue, what) => {
  if (!isTrue) throw new Failed(`check: ${what}`)
}
/** /healthz, the login page with its policy, and everything that the page loads. @throws Failed */
export async function ask(address) {
  const health = await (await fetch(`${address}/healthz`)).json()
  expectThat(health.ok === true, `/healthz says ${JSON.stringify(health)}`)
  const page = await fetch(`${address}/login`)
  const html = await page.text()
  expectThat(page.status === 200 && html.includes("Moyai"), `/login answered ${page.status}: ${html.slice(0, 200)}`)
  checkPolicy(page.headers, html)
  const files = [...new Set([...html.matchAll(/(?:src|href)="(\/_next\/[^"]+)"/g)].map(([, file]) => file.replaceAll("&amp;", "&")))]
  expectThat(files.length > 0, "the login page loads nothing")
  for (const file of files) {
    const { status } = await fetch(address + file)
    expectThat(status === 200, `${file} answered ${status}`)
  }
  say(
    `check: /healthz says ${JSON.stringify(health)}; /login and the ${files.length} files that it loads are there; every script carries the nonce`,
  )
}
/** A script without the nonce would not run, and the page would stay dead: pages must be made for each request. */
function checkPolicy(headers, html) {
  const policy = headers.get("content-security-policy") ?? ""
  const nonce = policy.match(/'nonce-([^']+)'/)?.[1]
  expectThat(nonce !== undefined && policy.includes("frame-ancestors 'none'"), `/login has the policy "${policy}"`)
  expectThat(headers.get("x-content-type-options") === "nosniff", "/login lets the browser guess types")
  const scripts = html.match(/<script\b[^>]*>/g) ?? []
  const without = scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))
  expectThat(scripts.length > 0 && without.length === 0, `these scripts of /login lack the nonce of its policy: ${without.join(" ")}`)
}
