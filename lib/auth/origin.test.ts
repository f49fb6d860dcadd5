import { expect, test } from "vitest"
import { isSameOrigin } from "./origin"

const browser = { "user-agent": "Mozilla/5.0", cookie: "moyai=x" }
const host = { host: "panel.example:3636" }
const PUBLIC = "https://moyai.example.net"

test.each<[string, Record<string, string>, string | undefined, boolean]>([
  ["the panel's own page", { ...browser, ...host, "sec-fetch-site": "same-origin", origin: "http://panel.example:3636" }, undefined, true],
  ["its own page without Origin", { ...browser, ...host, "sec-fetch-site": "same-origin" }, undefined, true],
  ["an address typed in", { ...browser, ...host, "sec-fetch-site": "none" }, undefined, true],
  ["another site", { ...browser, ...host, "sec-fetch-site": "cross-site", origin: "https://evil.example" }, undefined, false],
  [
    "another site that forges nothing but Origin",
    { ...browser, ...host, "sec-fetch-site": "cross-site", origin: "http://panel.example:3636" },
    undefined,
    false,
  ],
  ["a sibling host", { ...browser, ...host, "sec-fetch-site": "same-site", origin: "https://evil.panel.example" }, undefined, false],
  [
    "a site that Fetch Metadata calls same and Origin does not",
    { ...browser, ...host, "sec-fetch-site": "same-origin", origin: "https://evil.example" },
    undefined,
    false,
  ],
  ["an old browser's own page", { ...browser, ...host, origin: "http://panel.example:3636" }, undefined, true],
  ["an old browser, another site", { ...browser, ...host, origin: "https://evil.example" }, undefined, false],
  ["an old browser, another port", { ...browser, ...host, origin: "http://panel.example:80" }, undefined, false],
  ["an old browser, a name that ends alike", { ...browser, ...host, origin: "http://notpanel.example:3636" }, undefined, false],
  ["a sandboxed frame", { ...browser, ...host, origin: "null" }, undefined, false],
  ["an Origin that is none", { ...browser, ...host, origin: "//" }, undefined, false],
  ["an empty Origin", { ...browser, ...host, origin: "" }, undefined, false],
  ["an Origin without a host, and no Host", { ...browser, origin: "file:///x" }, undefined, false],
  ["behind a proxy that rewrites Host", { ...browser, host: "127.0.0.1:3636", origin: "https://moyai.example.net" }, PUBLIC, true],
  [
    "behind that proxy, another site",
    { ...browser, host: "127.0.0.1:3636", origin: "https://moyai.example.net.evil.example" },
    PUBLIC,
    false,
  ],
  ["our name, but served by http on the way", { ...browser, host: "moyai.example.net", origin: "http://moyai.example.net" }, PUBLIC, false],
  ["by a tunnel to the panel's own port", { ...browser, host: "127.0.0.1:3636", origin: "http://127.0.0.1:3636" }, PUBLIC, true],
  ["an old browser that sends no Origin", { ...browser, ...host }, undefined, false],
  ["curl", { "user-agent": "curl/8.5", ...host }, undefined, true],
  ["curl with a session", { "user-agent": "curl/8.5", cookie: "moyai=x", ...host }, undefined, true],
])("%s", (_, headers, publicUrl, isAllowed) => expect(isSameOrigin(new Headers(headers), publicUrl)).toBe(isAllowed))
