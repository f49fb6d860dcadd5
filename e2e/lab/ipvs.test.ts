import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { Client, type ConnectConfig } from "ssh2"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { whyNotIpvs } from "./can-run.mjs"
import { type IpvsLab, type IpvsNode, type IpvsNodeName, startIpvsLab } from "./ipvs-lab"
import { LAB_PASSWORD, LAB_USER } from "./lab"

/** What tests of LVS rely on: nodes whose kernel has IPVS, by Debian's keepalived alone. It makes a lab of its own. */
const why = whyNotIpvs()
const WAIT_MS = 60_000 // 3 to 5 s on a quiet machine
const run = promisify(execFile)
const directors = ["d1", "d2"] as const
const servers = ["r1", "r2", "r3"] as const

/** Two directors by VRRP, where the first is preferred, and direct routing to all that listen on port 80. */
const keepalivedConf = (priority: number, vip: string, addresses: readonly string[]): string => `
vrrp_instance web {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority ${priority}
  advert_int 1
  virtual_ipaddress { ${vip}/24 }
}
virtual_server ${vip} 80 {
  delay_loop 1
  lvs_sched rr
  lvs_method DR
  protocol TCP
${addresses.map((address) => `  real_server ${address} 80 {\n    TCP_CHECK { connect_timeout 2\n retry 1\n delay_before_retry 1\n }\n  }\n`).join("")}}
`
/** One command as the panel would give it. */
const sshTo = ({ host, port }: IpvsNode, login: ConnectConfig, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const client = new Client()
    client.once("error", reject).once("ready", () =>
      client.exec(command, (error, channel) => {
        if (error) return reject(error)
        let text = ""
        channel.on("data", (data: Buffer) => {
          text += data
        })
        channel.once("close", () => {
          client.end()
          resolve(text)
        })
      }),
    )
    client.connect({ host, port, readyTimeout: 30_000, ...login })
  })
/** The host key that it shows; "" when it does not answer in 5 s. */
const scan = ({ host, port }: IpvsNode): Promise<string> =>
  run("ssh-keyscan", ["-T", "5", "-t", "ed25519", "-p", String(port), host]).then(
    ({ stdout }) => stdout,
    () => "",
  )
/** Asks until `is` says so, and gives that answer. A question that fails is an answer too: "". Throws with the last after 60 s. */
async function answerOf(ask: () => Promise<string>, is: (answer: string) => boolean): Promise<string> {
  const untilMs = Date.now() + WAIT_MS
  for (;;) {
    const answer = await ask().catch(() => "")
    if (is(answer)) return answer
    if (Date.now() > untilMs) throw new Error(`It did not come in ${WAIT_MS} ms. The last answer: ${answer}`)
    await pause(100)
  }
}

describe.skipIf(why !== undefined)(why === undefined ? "nodes with IPVS" : `nodes with IPVS (skipped: ${why})`, () => {
  let lab: IpvsLab
  let vip = ""
  const addressOf = (name: IpvsNodeName) => lab.nodes.find((node) => node.name === name)?.address ?? ""
  const get = (host: string, ...options: readonly string[]) => lab.client("curl", "-s", "-m", "3", ...options, `http://${host}/`)
  const table = (node: IpvsNodeName) => lab.exec(node, "ipvsadm", "-Ln")
  const has = (server: IpvsNodeName) => (text: string) => text.includes(`-> ${addressOf(server)}:80`)
  const hasAll = (text: string) => servers.every((server) => has(server)(text))

  beforeAll(async () => {
    const fromMs = Date.now()
    lab = await startIpvsLab({ name: "selfipvs" })
    console.log(`lab: five nodes with IPVS answer ssh after ${Date.now() - fromMs} ms`)
    vip = lab.vip(0)
  }, 600_000)
  afterAll(async () => {
    await lab?.down()
    if (lab) expect(existsSync(lab.place)).toBe(false)
  })

  /** Each real server serves the address too, and does not answer ARP for it. */
  const serve = (name: IpvsNodeName) => {
    const quiet = "sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2"
    return lab.exec(name, "sh", "-c", `${quiet} && ip address replace ${vip}/32 dev lo && systemctl start apache2`)
  }
  const direct = async (name: IpvsNodeName, priority: number) => {
    await lab.write(name, "/etc/keepalived/keepalived.conf", keepalivedConf(priority, vip, servers.map(addressOf)))
    await lab.exec(name, "systemctl", "start", "keepalived")
  }
  const holders = async () => {
    const all = await Promise.all(directors.map(async (d) => ((await lab.exec(d, "ip", "-o", "addr")).includes(`${vip}/`) ? d : "")))
    return all.join(" ").trim()
  }

  test("each answers ssh on a port of 127.0.0.1 with its own host key", async () => {
    for (const node of lab.nodes) expect(await scan(node)).toContain(node.hostKey)
    expect(new Set(lab.nodes.map(({ fingerprint }) => fingerprint)).size).toBe(5)
  })
  test("root logs in by the lab's key; admin by password, and becomes root by sudo", async () => {
    const [d1] = lab.nodes as readonly [IpvsNode]
    expect(await sshTo(d1, { username: "root", privateKey: lab.controlKey }, "hostname")).toBe("d1\n")
    expect(await sshTo(d1, { username: LAB_USER, password: LAB_PASSWORD }, "id -un; sudo -n id -un")).toBe("admin\nroot\n")
  })
  test("systemd runs each without a failed unit, and nothing of what tests drive", async () => {
    const units = "apache2 named postfix keepalived ipvsadm"
    const state = `systemctl is-system-running --wait; systemctl is-active ${units} | sort -u`
    for (const { name } of lab.nodes) expect(await lab.exec(name, "sh", "-c", state)).toBe("running\ninactive\n")
  })
  test("a table of IPVS is the node's own, and its boot id too", async () => {
    await lab.exec("r1", "ipvsadm", "-A", "-t", `${lab.vip(9)}:80`, "-s", "rr")
    expect(await table("r1")).toContain(`${lab.vip(9)}:80`)
    expect(await table("d1")).not.toContain(`${lab.vip(9)}:80`)
    await lab.exec("r1", "ipvsadm", "-C")
    const ids = await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, "cat", "/proc/sys/kernel/random/boot_id")))
    expect(new Set(ids).size).toBe(5)
  })
  test("there is no way outside", async () => {
    await expect(lab.exec("r1", "ping", "-c", "1", "-W", "1", "192.0.2.1")).rejects.toThrow("Network is unreachable")
    await expect(lab.client("ping", "-c", "1", "-W", "1", "192.0.2.1")).rejects.toThrow("Network is unreachable")
  })
  test("nine requests by direct routing go three to each real server, which see the client's address", async () => {
    await Promise.all(servers.map(serve))
    await direct("d1", 150)
    await direct("d2", 100)
    await answerOf(() => table("d1"), hasAll)
    await answerOf(holders, (names) => names === "d1")
    const answers = await lab.client("sh", "-c", `for i in 1 2 3 4 5 6 7 8 9; do curl -si -m 5 http://${vip}/; done`)
    const pages = answers.split(/\r?\n/)
    for (const server of servers) expect(pages.filter((line) => line === server)).toHaveLength(3)
    expect(pages.filter((line) => line === "Client: 10.77.0.10")).toHaveLength(9)
  })
  test("a real server that stops leaves the table, and is back when it runs again", async () => {
    await lab.exec("r2", "systemctl", "stop", "apache2")
    const without = await answerOf(
      () => table("d1"),
      (text) => !has("r2")(text),
    )
    expect(servers.filter((server) => has(server)(without))).toEqual(["r1", "r3"])
    await lab.exec("r2", "systemctl", "start", "apache2")
    await answerOf(() => table("d1"), hasAll)
  })
  test("directors that do not hear each other both hold the address, and the preferred one alone when they do", async () => {
    await lab.cutPair("d1", "d2")
    await answerOf(holders, (names) => names === "d1 d2")
    await lab.heal("d1")
    await answerOf(holders, (names) => names === "d1")
  })
  test("when a director's power is cut the other answers; with power it has its disk", async () => {
    await lab.cutPower("d1")
    const fromMs = Date.now()
    const page = await answerOf(
      () => get(vip),
      (text) => text !== "",
    )
    console.log(`lab: d2 answers ${Date.now() - fromMs} ms after the power cut of d1`)
    expect(["r1\n", "r2\n", "r3\n"]).toContain(page)
    await expect(lab.exec("d1", "true")).rejects.toThrow("d1 is off")
    await lab.powerOn("d1")
    expect(await lab.exec("d1", "cat", "/etc/keepalived/keepalived.conf")).toContain(vip)
  })
  test("by NAT too: clients in the second network, real servers whose gateway is the director", async () => {
    const outer = lab.outerVip(0)
    await lab.exec("d1", "sh", "-c", `ip address add ${outer}/24 dev eth1 && sysctl -qw net.ipv4.ip_forward=1`)
    await lab.exec("d1", "ipvsadm", "-A", "-t", `${outer}:80`, "-s", "rr")
    for (const server of servers) {
      await lab.exec("d1", "ipvsadm", "-a", "-t", `${outer}:80`, "-r", `${addressOf(server)}:80`, "-m")
      await lab.exec(server, "ip", "route", "replace", "default", "via", addressOf("d1"))
    }
    const pages = [await get(outer, "-i"), await get(outer), await get(outer)]
    expect(pages[0]).toContain("Client: 10.78.0.10")
    expect(pages.map((page) => page.trim().split("\n").at(-1)).sort()).toEqual([...servers])
  })
  test("a real server can serve HTTPS, DNS and SMTP, and say who it is", async () => {
    const address = addressOf("r3")
    await lab.exec("r3", "systemctl", "start", "named", "postfix")
    expect(await lab.client("curl", "-sk", "-m", "5", `https://${address}/`)).toBe("r3\n")
    const dig = (...question: readonly string[]) => lab.client("dig", "+short", `@${address}`, ...question)
    expect([await dig("CH", "TXT", "hostname.bind"), await dig("www.lab.test")]).toEqual(['"r3"\n', `${lab.vip(0)}\n`])
    const greeting = `exec 3<>/dev/tcp/${address}/25 && read -r -t 10 line <&3 && echo "$line"`
    expect(await answerOf(() => lab.client("bash", "-c", greeting), Boolean)).toMatch(/^220 r3\S* ESMTP/)
  })
  test("a node cut from the panel, or unplugged, is there for nobody else to log in; healed it is back", async () => {
    const [, , r1] = lab.nodes as readonly [IpvsNode, IpvsNode, IpvsNode]
    await lab.cutFrom("r1", "panel")
    expect(await scan(r1)).toBe("")
    expect(await lab.exec("r1", "ping", "-c", "1", "-W", "2", addressOf("r2"))).toContain("1 received")
    await lab.heal("r1")
    await lab.cutLink("r1")
    expect(await scan(r1)).toBe("")
    await expect(lab.exec("r1", "ping", "-c", "1", "-W", "1", addressOf("r2"))).rejects.toThrow()
    await lab.healLink("r1")
    await answerOf(
      () => scan(r1),
      (text) => text !== "",
    )
  })
})
