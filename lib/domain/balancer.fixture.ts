import fc from "fast-check"
import { type Balancer, balancerSchema, schedulers } from "./balancer"
import { refusalsOf } from "./balancer-rules"

/** Random balancers that the rules accept, for properties. `device` is the interface of VRRP; keepalived -t wants it to be there. */
type Options = { readonly device?: string }
const some = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] })
const octet = fc.integer({ min: 1, max: 254 })
const v4 = fc.tuple(octet, octet, octet).map((parts) => `10.${parts.join(".")}`)
const v6 = fc.tuple(octet, octet).map(([a, b]) => `fd00::${a.toString(16)}:${b.toString(16)}`)
const port = fc.integer({ min: 1, max: 65535 })
const word = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,11}$/)
/** Also what must be quoted, without what keepalived cuts off. */
const phrase = fc.stringMatching(/^[a-zA-Z0-9/](?:[ -~]{0,20}[a-zA-Z0-9])?$/)
/** The same without what keepalived cannot quote. */
const plain = phrase.map((text) => text.replace(/["\\{}]/g, "-"))
const seconds = fc.integer({ min: 1, max: 6_000 }).map((n) => n / 100)
const flag = fc.boolean()
const yes = fc.constant(true)
const timing = { alpha: flag, retry: fc.nat(9), delayBeforeRetry: seconds, delayLoop: seconds, warmup: seconds }
const script = fc.record(
  { command: fc.constantFrom("/bin/true", "/bin/true up", "/bin/echo 'a b' c"), user: fc.constant("root") },
  { requiredKeys: ["command"] },
)
const forwarding = fc.constantFrom(
  { method: "nat" },
  { method: "direct" },
  { method: "tunnel" },
  { method: "tunnel", tunnel: { type: "ipip" } },
  { method: "tunnel", tunnel: { type: "gue", port: 5555, checksum: "remcsum" } },
  { method: "tunnel", tunnel: { type: "gre", checksum: "csum" } },
)
const url = fc.record(
  {
    path: plain.map((text) => `/${text}`),
    statusCodes: fc.array(fc.constantFrom({ from: 200, to: 299 }, { from: 404, to: 404 }), { minLength: 1, maxLength: 2 }),
    digest: fc.stringMatching(/^[0-9a-f]{32}$/),
    virtualHost: word,
    regex: fc.constantFrom("ok", "a b.*[0-9]+", 'say "yes"', "^\\d{2,3}$"),
    regexNoMatch: yes,
    regexMinOffset: fc.nat(9),
    regexMaxOffset: fc.integer({ min: 10, max: 99 }),
  },
  { requiredKeys: ["path", "regex"] },
)
const check = (address: fc.Arbitrary<string>) => {
  const common = { ...timing, logAllFailures: flag }
  const connection = {
    ...common,
    connectTimeout: seconds,
    connectIp: address,
    connectPort: port,
    bindTo: address,
    bindPort: port,
    mark: fc.nat(99),
  }
  const of = <T extends object>(kind: string, more: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
    some({ ...connection, ...more }).map((one) => ({ kind, ...one }))
  const web = { httpProtocol: fc.constantFrom("1.0", "1.0C", "1.1"), fastRecovery: flag, virtualHost: word }
  const urls = fc.array(url, { minLength: 1, maxLength: 2 })
  const withUrls = (one: fc.Arbitrary<object>) => fc.tuple(one, urls).map(([fields, all]) => ({ ...fields, urls: all }))
  return fc.oneof(
    of("tcp", {}),
    withUrls(of("http", web)),
    withUrls(of("ssl", { ...web, enableSni: yes })),
    of("smtp", { heloName: word }),
    of("dns", { type: fc.constantFrom("A", "SOA", "AAAA"), name: fc.constant("www.example.org") }),
    some({ ...common, timeout: fc.integer({ min: 1, max: 60 }), dynamic: yes, runAs: fc.constant({ user: "root" }) }).map((one) => ({
      kind: "misc",
      path: "/bin/true -x 'a b'",
      ...one,
    })),
    of("ping", {}),
    of("udp", {
      payload: fc.constantFrom("Ab12", "Ab 12 f0"),
      requireReply: fc.constantFrom("", "aX45"),
      minReplyLength: fc.nat(9),
      maxReplyLength: fc.integer({ min: 10, max: 99 }),
    }),
  )
}
const inherited = { ...timing, connectTimeout: seconds, inhibitOnFailure: flag, virtualHost: word, smtpAlert: flag, snmpName: word }
const comment = fc.array(fc.record({ text: word.map((text) => `# ${text} here`), before: fc.constant("") }), { maxLength: 1 })
const realServer = (address: fc.Arbitrary<string>, to: number | undefined) =>
  fc.record(
    {
      address,
      name: phrase,
      port: to === undefined ? fc.constant(undefined) : fc.constant(to),
      weight: fc.integer({ min: 1, max: 65535 }),
      upperThreshold: fc.integer({ min: 100, max: 65535 }),
      lowerThreshold: fc.nat(99),
      ...inherited,
      notifyUp: script,
      notifyDown: script,
      checks: fc.array(check(address), { maxLength: 3 }),
      kept: comment,
    },
    { requiredKeys: ["address", "port", "upperThreshold"] },
  )
const virtualServer = fc
  .record({
    six: flag,
    kind: fc.constantFrom("address", "address", "mark"),
    port,
    protocol: fc.constantFrom("tcp", "udp", "sctp"),
    mark: fc.integer({ min: 1, max: 99_999 }),
  })
  .chain(({ six, kind, port: to, protocol, mark }) => {
    const address = six ? v6 : v4
    const service = kind === "mark" ? fc.constant({ kind, mark }) : address.map((one) => ({ kind, address: one, port: to, protocol }))
    return fc.record(
      {
        name: phrase,
        service,
        scheduler: fc.constantFrom(...schedulers),
        schedulerFlags: fc.constantFrom([], ["flag-1"], ["flag-1", "flag-3"]),
        onePacket: kind === "mark" || protocol === "udp" ? yes : fc.constant(undefined),
        forwarding,
        persistenceTimeout: fc.integer({ min: 1, max: 2_678_400 }),
        persistenceMask: six ? fc.constantFrom("64", "128") : fc.constantFrom("255.255.255.0", "255.255.0.0"),
        ...inherited,
        ...(kind === "mark" ? {} : { haSuspend: yes }),
        omega: yes,
        quorumUp: script,
        quorumDown: script,
        sorryServer: address.map((one) => (kind === "mark" ? { address: one } : { address: one, port: to })),

        realServers: fc.uniqueArray(realServer(address, kind === "mark" ? undefined : to), {
          minLength: 1,
          maxLength: 4,
          selector: (one) => one.address,
        }),
        kept: comment,
      },
      { requiredKeys: ["service", "scheduler", "forwarding", "persistenceTimeout", "realServers"] },
    )
  })
const instance = (device: string, n: number) =>
  fc.tuple(flag, flag).chain(([six, isV3]) =>
    fc.record(
      {
        name: fc.constant(`VI_${n}`),
        state: fc.constant("BACKUP"),
        interface: fc.constant(device),
        routerId: fc.constant(50 + n),
        priority: fc.integer({ min: 1, max: 254 }),
        version: fc.constant(isV3 || six ? 3 : 2),
        advertInterval: isV3 || six ? fc.constantFrom(0.5, 1, 40.95) : fc.integer({ min: 1, max: 255 }),
        nopreempt: yes,
        unicastPeers: fc.uniqueArray(six ? v6.map((address) => ({ address })) : v4.map((address) => ({ address, maxTtl: 255 })), {
          minLength: 1,
          maxLength: 2,
          selector: ({ address }) => address,
        }),
        ...(isV3 || six ? {} : { authentication: fc.constant({ type: "PASS", password: "s3cret12" }) }),
        garpMasterDelay: fc.nat(9),
        garpMasterRefresh: fc.nat(99),
        higherPrioSendAdvert: flag,
        dontTrackPrimary: yes,
        trackInterfaces: fc.constant([{ name: "lo", weight: 5 }]),
        trackScripts: fc.constantFrom([{ name: "chk" }], [{ name: "chk", weight: -5, reverse: true }]),
        addresses: octet.map((last) => [
          six
            ? { address: `fd01::${n}:${last}`, prefix: 64 }
            : { address: `10.99.${n}.${last}`, prefix: 24, label: `${device}:v`.slice(0, 15) },
        ]),
        excludedAddresses: octet.map((last) => [
          six
            ? { address: `10.98.${n}.${last}`, prefix: 32, options: ["scope", "link"] }
            : { address: `fd02::${n}:${last}`, prefix: 128, interface: device },
        ]),
        notify: script,
        smtpAlert: flag,
        kept: comment,
      },
      { requiredKeys: ["name", "state", "interface", "routerId", "version", "addresses"] },
    ),
  )
const director = (device: string) =>
  fc
    .record({
      global: fc.record(
        {
          routerId: word,
          notificationEmails: fc.constant(["root@example.org"]),
          notificationFrom: fc.constant("lb@example.org"),
          smtpServer: fc.constant({ address: "127.0.0.1", port: 25 }),
          enableScriptSecurity: yes,
          scriptUser: fc.constant({ user: "root" }),
          syncDaemon: fc.constantFrom(
            { interface: device },
            { interface: device, id: 7, maxlen: 1400, port: 8849, ttl: 2, group: "224.0.0.90" },
          ),
          timeouts: fc.constant({ tcp: 900, tcpfin: 120, udp: 300 }),
          flush: yes,
          garpMasterRepeat: fc.integer({ min: 1, max: 9 }),
          startupDelay: seconds,
          checkerLogAllFailures: flag,
        },
        { requiredKeys: ["enableScriptSecurity", "scriptUser"] },
      ),
      instances: fc.tuple(instance(device, 1), instance(device, 2)).chain((both) => fc.subarray(both)),
    })
    .map((one) => ({
      ...one,
      scripts: [
        { name: "chk", script: { command: "/bin/true" }, interval: 2, weight: { value: -4 }, rise: 2, fall: 3, runAs: { user: "root" } },
      ],
    }))
export const balancers = ({ device = "eth0" }: Options = {}): fc.Arbitrary<Balancer> =>
  fc
    .record({ directors: fc.tuple(director(device)), virtualServers: fc.array(virtualServer, { maxLength: 4 }) })
    .map((one) => balancerSchema.parse(one))
    .filter((one) => refusalsOf(one).length === 0)
