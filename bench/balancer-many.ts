import { type Balancer, balancerSchema } from "../lib/domain/balancer"

export const SERVICES = 1_000
export const REALS = 10
/** Longer than a bench: nobody answers at the pretended addresses. Seconds. */
const DELAY_LOOP = 3_000

const addressOf = (n: number): string => `10.9.${Math.floor(n / 250)}.${(n % 250) + 1}`
const checked = { checks: [{ kind: "tcp", connectTimeout: 2 }] }
/** So many virtual servers with ten real servers each; the first one's have this weight. `isChecked`: a TCP check each. */
export const many = (weight: number, services = SERVICES, isChecked = false): Balancer =>
  balancerSchema.parse({
    virtualServers: Array.from({ length: services }, (_, n) => ({
      service: { kind: "address", address: addressOf(n), port: 80, protocol: "tcp" },
      ...{ scheduler: "wrr", forwarding: { method: "nat" } },
      ...(isChecked ? { delayLoop: DELAY_LOOP } : {}),
      realServers: Array.from({ length: REALS }, (__, r) => ({
        ...{ address: `10.77.9.${r + 1}`, port: 8_000 + (n % 100), weight: n === 0 ? weight : 1 },
        ...(isChecked ? checked : {}),
      })),
    })),
  })
/** The same rules as somebody would keep them in a file. */
export const manyRules = (): readonly string[] =>
  Array.from({ length: SERVICES }, (_, n) => [
    `-A -t ${addressOf(n)}:80 -s wrr`,
    ...Array.from({ length: REALS }, (__, r) => `-a -t ${addressOf(n)}:80 -r 10.77.9.${r + 1}:${8_000 + (n % 100)} -m -w 1`),
  ]).flat()
