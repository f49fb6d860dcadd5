import { spawn, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { whyNotLab } from "./can-run.mjs"
import { LAB_PASSWORD, LAB_USER, type Lab, leftOf, startLab } from "./lab"

/** What tests on real nodes rely on. It makes labs of its own, so it does not run inside one's namespace. */
const why = whyNotLab()
const UP_MAX_MS = 15_000 // 2 s on a quiet machine; the first time the nodes' file system is made before

describe.skipIf(why !== undefined)(why === undefined ? "the lab" : `the lab (skipped: ${why})`, () => {
  const name = "selftest"
  const dir = mkdtempSync(join(tmpdir(), "moyai-lab-test-"))
  let lab: Lab
  const inMgmt = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const [first = "", ...rest] = lab.inMgmt(...argv)
    return spawnSync(first, rest, { encoding: "utf8", env: { ...process.env, ...env }, timeout: 30_000 })
  }
  const options = (knownHosts = lab.knownHostsFile) =>
    ["StrictHostKeyChecking=yes", `UserKnownHostsFile=${knownHosts}`, "LogLevel=ERROR", "ConnectTimeout=2"].flatMap((o) => ["-o", o])
  const ssh = (node: string, ...command: readonly string[]) => {
    const address = lab.nodes.find((n) => n.name === node)?.address ?? ""
    return inMgmt(["ssh", "-F", "/dev/null", "-i", lab.controlKeyFile, "-o", "BatchMode=yes", ...options(), `root@${address}`, ...command])
  }
  const withPassword = (user: string, password: string, command: string) => {
    const asks = join(dir, "askpass")
    writeFileSync(asks, `#!/bin/sh\necho '${password}'\n`)
    chmodSync(asks, 0o700)
    const argv = ["ssh", "-F", "/dev/null", "-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1", ...options()]
    return inMgmt([...argv, `${user}@${lab.nodes[0]?.address}`, command], { SSH_ASKPASS: asks, SSH_ASKPASS_REQUIRE: "force" })
  }
  const pidOf = (node: string) => readFileSync(join(tmpdir(), `moyai-lab-${name}`, node, "pid"), "utf8").trim()
  const bootId = async (node: string) => (await lab.exec(node, "cat", "/proc/sys/kernel/random/boot_id")).trim()
  const get = (url: string) => inMgmt(["curl", "-s", "-m", "2", url])

  beforeAll(async () => {
    await (await startLab({ name })).down() // makes the nodes' file system when it is not there
    lab = await startLab({ name })
  }, 600_000)
  afterAll(async () => {
    await lab?.down()
    rmSync(dir, { recursive: true, force: true })
  })

  test("three nodes answer ssh, each with its own host key, machine id and boot id", async () => {
    expect(lab.nodes.map((node) => ssh(node.name, "hostname").stdout.trim())).toEqual(["h1", "h2", "h3"])
    expect(new Set(lab.nodes.map(({ hostKey }) => hostKey)).size).toBe(3)
    const ids = await Promise.all(lab.nodes.map(async (n) => [await bootId(n.name), await lab.exec(n.name, "cat", "/etc/machine-id")]))
    expect(new Set(ids.flat()).size).toBe(6)
  })
  test("another node's host key is refused", () => {
    const [, , h3] = lab.nodes
    const wrong = join(dir, "known_hosts")
    writeFileSync(wrong, `${lab.nodes[0]?.address} ${h3?.hostKey}\n`)
    const { status, stderr } = inMgmt([
      "ssh",
      "-F",
      "/dev/null",
      "-i",
      lab.controlKeyFile,
      ...options(wrong),
      `root@${lab.nodes[0]?.address}`,
      "true",
    ])
    expect({ status, stderr }).toMatchObject({ status: 255, stderr: expect.stringContaining("Host key verification failed") })
  })
  test("systemd runs each node without a failed unit, and nothing of what tests drive", async () => {
    for (const { name: node } of lab.nodes) {
      expect((await lab.exec(node, "systemctl", "is-system-running", "--wait")).trim()).toBe("running")
      expect(await lab.exec(node, "sh", "-c", "systemctl is-active apache2 named postfix || :")).toBe("inactive\n".repeat(3))
    }
  })
  test("sshd has its default limits, and root no password", async () => {
    const settings = (await lab.exec("h1", "/usr/sbin/sshd", "-T")).split("\n")
    expect(settings).toEqual(expect.arrayContaining(["maxsessions 10", "maxstartups 10:30:100", "permitrootlogin without-password"]))
    expect(withPassword("root", LAB_PASSWORD, "true").status).toBe(255)
  })
  test("admin logs in by password and becomes root by sudo; a wrong password is refused", () => {
    expect(withPassword(LAB_USER, LAB_PASSWORD, "id -un; sudo -n id -un")).toMatchObject({ status: 0, stdout: "admin\nroot\n" })
    expect(withPassword(LAB_USER, "wrong", "true").status).toBe(255)
  })
  test("there is no way outside, neither from the nodes nor from the management namespace", async () => {
    const outside = ["192.0.2.1", "2001:db8::1"].map((to) => `ip route get ${to}`).join(" || ")
    expect(inMgmt(["sh", "-c", outside]).status).not.toBe(0)
    for (const { name: node } of lab.nodes) await expect(lab.exec(node, "sh", "-c", outside)).rejects.toThrow("Network is unreachable")
    expect(inMgmt(["ip", "-br", "addr", "show", "lo"]).stdout).toContain("127.0.0.1/8")
  })
  test("an address and httpd, started by their agents, answer in the management namespace", async () => {
    const agent = (what: string, action: string, ...params: readonly string[]) =>
      lab.exec("h1", "env", "OCF_ROOT=/usr/lib/ocf", ...params, `/usr/lib/ocf/resource.d/heartbeat/${what}`, action)
    const ip = [`OCF_RESKEY_ip=${lab.vip(0)}`, "OCF_RESKEY_cidr_netmask=24"]
    await agent("IPaddr2", "start", ...ip)
    await agent("apache", "start")
    expect(get(`http://${lab.vip(0)}/`).stdout).toBe("h1\n")
    await agent("apache", "stop")
    await agent("IPaddr2", "stop", ...ip)
    expect(get(`http://${lab.vip(0)}/`).status).not.toBe(0)
  })
  test("a node without power is gone with all its addresses; with power it has its disk, its host key and a new boot id", async () => {
    const before = await bootId("h2")
    await lab.exec("h2", "ip", "addr", "add", `${lab.vip(1)}/24`, "dev", "eth0")
    await lab.exec("h2", "touch", "/root/kept", "/run/lost")
    expect(inMgmt(["ping", "-c", "1", "-W", "1", lab.vip(1)]).status).toBe(0)
    await lab.powerOff("h2")
    expect(ssh("h2", "true").status).toBe(255)
    expect(inMgmt(["ping", "-c", "1", "-W", "1", lab.vip(1)]).status).toBe(1)
    await expect(lab.exec("h2", "true")).rejects.toThrow("h2 is off")
    await lab.powerOn("h2")
    expect(ssh("h2", "ls /root/kept /run/lost")).toMatchObject({ stdout: "/root/kept\n" })
    expect(await bootId("h2")).not.toBe(before)
  })
  test("power goes off and on from inside the management namespace too, and the node stays in the lab's cgroup", async () => {
    const inside = `import { labOf } from "./e2e/lab/lab"; const lab = labOf("${name}"); await lab.powerOff("h2"); await lab.powerOn("h2")`
    expect(inMgmt([process.execPath, "--import", "tsx", "--input-type=module", "-e", inside])).toMatchObject({ status: 0, stderr: "" })
    expect(ssh("h2", "hostname").stdout).toBe("h2\n")
    expect(readFileSync(`/proc/${pidOf("h2")}/cgroup`, "utf8")).toMatch(new RegExp(`^0::/${name}/h2/`, "m"))
  })
  test("a node that is unplugged runs on, and is back when it is plugged in", async () => {
    await lab.cutLink("h3")
    expect(ssh("h3", "true").status).toBe(255)
    expect((await lab.exec("h3", "hostname")).trim()).toBe("h3")
    await lab.healLink("h3")
    expect(ssh("h3", "true").status).toBe(0)
  })
  test("a lab that another process uses is not taken from it; after a SIGKILL it is cleaned up by the next, and down leaves nothing", async () => {
    const other = "selftwo"
    const script = `import { startLab } from "./e2e/lab/lab"; await startLab({ name: "${other}", nodes: 1 }); console.log("up"); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    await new Promise((done) => child.stdout.once("data", done))
    await expect(startLab({ name: other })).rejects.toThrow(`in use by process ${child.pid}`)
    const gone = new Promise((done) => child.once("exit", done))
    child.kill("SIGKILL")
    await gone
    expect(leftOf(other).length).toBeGreaterThan(2)
    const fromMs = Date.now()
    const next = await startLab({ name: other })
    expect(Date.now() - fromMs).toBeLessThan(UP_MAX_MS)
    console.log(`lab: cleaned up after a killed one and started anew, 3 nodes: ${Date.now() - fromMs} ms`)
    const [first = "", ...rest] = next.inMgmt("sleep", "600")
    const forgotten = spawn(first, rest, { stdio: "ignore" })
    await next.down()
    expect(leftOf(other)).toEqual([])
    expect(existsSync(`/proc/${forgotten.pid}/ns/net`)).toBe(false)
  })
  test("a name that could reach out of its place is refused", () => expect(startLab({ name: "../x" })).rejects.toThrow("cannot name a lab"))
  test("the script says how it is used", () =>
    expect(spawnSync(resolve("e2e/lab/lab.sh"), [], { env: { ...process.env, LAB_NAME: "x", LAB: "/x", LAB_BASE: "/x" } }).status).toBe(2))
})
