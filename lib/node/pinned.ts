import { fingerprintOf, hostKeyOf } from "./keys"
import { type Endpoint, Unreachable } from "./session"

/** Accepts the pinned host key and no other, and keeps what else was shown. */
export function pinned({ node, host, port, hostKey }: Endpoint) {
  let changed: Unreachable | undefined
  return {
    verify: (blob: Buffer): boolean => {
      const offered = hostKeyOf(blob)
      if (offered === hostKey.split(" ").slice(0, 2).join(" ")) return true
      const why = { code: "hostKeyChanged", pinned: fingerprintOf(hostKey), offered: fingerprintOf(offered) } as const
      changed = new Unreachable(
        `${node} (${host} port ${port}) shows another host key: ${why.offered} instead of ${why.pinned}. Nothing was sent to it. If the machine was installed anew, accept its new key; if not, somebody stands in between.`,
        why,
      )
      return false
    },
    changed: () => changed,
  }
}
