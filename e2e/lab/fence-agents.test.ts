import { execFile } from "node:child_process"
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { off, on, power as powerFact } from "../../agents/fence/operations"
import { localSession } from "../../lib/node/local"
import { until } from "../panel/panel"
import { whyNotLab } from "./can-run.mjs"
import { type Ipmi, startIpmi } from "./ipmi"
import { type Lab, startLab } from "./lab"
import { type Power, startPower } from "./power"
import { startVirsh, VIRSH_PACKAGES, type Virsh } from "./virsh"

/** What tests of fencing rely on: a power switch, BMCs and a libvirt host that are real to their agents, and cuts of the network. */
const why = whyNotLab()
const titled = (title: string) => (why === undefined ? title : `${title} (skipped: ${why})`)
type Params = Readonly<Record<string, string>>
type Answer = { readonly status: number; readonly stdout: string; readonly stderr: string }

const runWith = (argv: readonly string[], input = ""): Promise<Answer> =>
  new Promise((resolve) => {
    const [command = "", ...rest] = argv
    const child = execFile(command, rest, { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code ?? 128), stdout, stderr }),
    )
    child.stdin?.on("error", () => undefined).end(input)
  })
const asStdin = (params: Params): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("")
/** As the panel's machine runs it. */
const onPanel = (lab: Lab, agent: string, action: string, params: Params) => runWith(lab.inMgmt(agent), asStdin({ ...params, action }))
const bootId = async (lab: Lab, node: string) => (await lab.exec(node, "cat", "/proc/sys/kernel/random/boot_id")).trim()
const addressOf = (lab: Lab, node: string) => lab.nodes.find(({ name }) => name === node)?.address ?? node
const GREETS = 'exec 3<>"/dev/tcp/$0/22" && read -r -t 2 -u 3 line && [[ $line == SSH-* ]]'
const answersSsh = (lab: Lab, node: string) =>
  until(`${node} answers ssh`, async () => {
    const { status } = await runWith(lab.inMgmt("bash", "-c", GREETS, addressOf(lab, node)))
    return status === 0 ? true : undefined
  })

describe.skipIf(why !== undefined)(titled("the lab's power switch, BMCs and network"), () => {
  let lab: Lab
  let power: Power
  let ipmi: Ipmi
  beforeAll(async () => {
    lab = await startLab({ name: "fencing" })
    power = await startPower(lab)
    ipmi = await startIpmi(lab, power)
  }, 600_000)
  afterAll(async () => {
    await ipmi?.end()
    await power?.end()
    await lab?.down()
  })

  const devices = [
    { name: "fence_lab", agent: () => power.agentPath, params: (node: string) => power.paramsOf(node) },
    { name: "fence_ipmilan", agent: () => ipmi.agentPath, params: (node: string) => ipmi.paramsOf(node) },
  ]
  describe.each(devices)("$name", ({ name, agent, params }) => {
    const ask = (action: string, more: Params = {}) => onPanel(lab, agent(), action, { ...params("h2"), ...more })

    test("off kills the node and status says so; on boots it anew, and it answers ssh", async () => {
      const before = await bootId(lab, "h2")
      expect(await ask("status")).toMatchObject({ status: 0, stdout: expect.stringContaining("Status: ON") })
      const fromMs = Date.now()
      expect(await ask("off")).toMatchObject({ status: 0 })
      const offMs = Date.now() - fromMs
      expect(await power.isOn("h2")).toBe(false)
      await expect(lab.exec("h2", "true")).rejects.toThrow("h2 is off")
      expect(await ask("status")).toMatchObject({ status: 2, stdout: expect.stringContaining("Status: OFF") })
      expect(await ask("off")).toMatchObject({ status: 0 })
      const againMs = Date.now()
      expect(await ask("on")).toMatchObject({ status: 0 })
      await answersSsh(lab, "h2")
      console.log(`${name}: off ${offMs} ms; on, until ssh answers, ${Date.now() - againMs} ms`)
      expect(await bootId(lab, "h2")).not.toBe(before)
    })
    test("reboot boots the node anew", async () => {
      const before = await bootId(lab, "h2")
      expect(await ask("reboot")).toMatchObject({ status: 0 })
      await answersSsh(lab, "h2")
      expect(await bootId(lab, "h2")).not.toBe(before)
    })
    test("a wrong password is an error, and nothing happens", async () => {
      for (const action of ["status", "off"]) expect(await ask(action, { password: "wrong" })).toMatchObject({ status: 1 })
      expect(await power.isOn("h2")).toBe(true)
    })
    test("a broken switch answers errors, and works again when it is mended", async () => {
      power.break()
      for (const action of ["status", "off"]) expect(await ask(action)).toMatchObject({ status: 1 })
      power.mend()
      expect(await ask("status")).toMatchObject({ status: 0 })
      expect(await power.isOn("h2")).toBe(true)
    })
    test("a switch that lies says off while the node runs on", async () => {
      power.lie()
      expect(await ask("off")).toMatchObject({ status: 0 })
      expect(await ask("status")).toMatchObject({ status: 2 })
      expect(await power.isOn("h2")).toBe(true)
      power.mend()
      expect(await ask("status")).toMatchObject({ status: 0 })
    })
    test("the panel's own operations turn it off and on, and hide the password", async () => {
      // The panel lives in the management namespace; this test does not.
      const entered = join(lab.place, `fence_entered_${name}`)
      writeFileSync(entered, `#!/bin/sh\nexec ${lab.inMgmt(agent()).join(" ")} "$@"\n`)
      chmodSync(entered, 0o755)
      const { password = "", ...open } = params("h2")
      const request = { agent: entered, params: open, node: "h2", device: "switch", secrets: { password } }
      const session = localSession("panel")
      const says = async (asked: typeof request) => {
        const { command, parse, timeoutMs } = powerFact(asked)
        return parse(await session.run(command, { timeoutMs: timeoutMs ?? 30_000 }))
      }
      for (const [operation, expected] of [[off, false] as const, [on, true] as const]) {
        const { command, timeoutMs } = operation.bind(request)
        expect(command.masked).not.toContain(password)
        expect(await session.run(command, { timeoutMs })).toMatchObject({ exitCode: 0 })
        expect(await power.isOn("h2")).toBe(expected)
        expect(await says(request)).toEqual({ says: expected ? "on" : "off", detail: "" })
      }
      expect(await says({ ...request, secrets: { password: "wrong" } })).toMatchObject({ says: "error" })
      await answersSsh(lab, "h2")
    })
  })

  test("fence_lab tells what it takes as fence agents do, and what it lacks", async () => {
    const { stdout, status } = await runWith([power.agentPath, "-o", "metadata"])
    expect(status).toBe(0)
    for (const parameter of ["ip", "plug", "password", "delay"]) expect(stdout).toContain(`<parameter name="${parameter}"`)
    expect(await runWith([power.agentPath], "action=off\n")).toMatchObject({ status: 1, stderr: "Failed: You have to set ip\n" })
    const unknown = await onPanel(lab, power.agentPath, "off", power.paramsOf("h9"))
    expect(unknown).toMatchObject({ status: 1, stderr: "Failed: There is no plug h9\n" })
  })
  test("a node runs the agent too, and the switch wrote down who asked", async () => {
    await power.install("h1")
    const input = asStdin({ ...power.paramsOf("h3"), action: "off" })
    await lab.exec("h1", "sh", "-c", 'printf %s "$1" | fence_lab', "sh", input)
    expect(await power.isOn("h3")).toBe(false)
    const cut = power.log().findLast(({ op }) => op === "off")
    expect(cut).toMatchObject({ plug: "h3", from: addressOf(lab, "h1"), answer: "OK" })
    await power.restore("h3")
  })
  test("a switch that hangs is an error after 10 s, and hangs nobody after it is mended", async () => {
    power.hang()
    const fromMs = Date.now()
    const answer = await onPanel(lab, power.agentPath, "status", power.paramsOf("h2"))
    expect(answer).toMatchObject({ status: 1, stderr: "Failed: Connection timed out\n" })
    expect(Date.now() - fromMs).toBeGreaterThanOrEqual(10_000)
    power.mend()
    expect(await onPanel(lab, power.agentPath, "status", power.paramsOf("h2"))).toMatchObject({ status: 0 })
  })
  test("an agent that waits for its delay has cut nothing when it is ended", async () => {
    const before = power.log().length
    const [command = "", ...argv] = ["timeout", "1", ...lab.inMgmt(power.agentPath)]
    const { status } = await runWith([command, ...argv], asStdin({ ...power.paramsOf("h2"), action: "off", delay: "60" }))
    expect(status).toBe(124)
    expect(power.log().slice(before)).toEqual([])
    expect(await power.isOn("h2")).toBe(true)
  })
  test("a dead BMC does not answer for as long as fence_ipmilan waits, and another one does", async () => {
    const patience = { power_timeout: "2" } // 20 s
    await ipmi.kill("h3")
    expect(await onPanel(lab, ipmi.agentPath, "off", { ...ipmi.paramsOf("h3"), ...patience })).toMatchObject({ status: 1 })
    expect(await power.isOn("h3")).toBe(true)
    await ipmi.revive("h3")
    expect(await onPanel(lab, ipmi.agentPath, "status", ipmi.paramsOf("h3"))).toMatchObject({ status: 0 })
    expect(await onPanel(lab, ipmi.agentPath, "status", ipmi.paramsOf("h1"))).toMatchObject({ status: 0 })
  })

  /** Who does not get an answer from whom, as "from > to"; by ping, and by a TCP connection where there is an sshd. */
  const ends = ["h0", "h1", "h2", "h3"]
  const unreached = async (): Promise<readonly string[]> => {
    const addresses: Params = { h0: "10.77.0.10", power: "10.77.0.9", ...Object.fromEntries(lab.nodes.map((n) => [n.name, n.address])) }
    const asked = ends.flatMap((from) => [...ends, "power"].filter((to) => to !== from).map((to) => ({ from, to })))
    const reaches = async ({ from, to }: { readonly from: string; readonly to: string }): Promise<boolean> => {
      const greets = /^h[1-9]$/.test(to) ? ` && timeout 2 bash -c '${GREETS}' "$0"` : ""
      const argv = ["bash", "-c", `ping -c 1 -W 1 -q "$0" >/dev/null${greets}`, addresses[to] ?? ""]
      if (from === "h0") return (await runWith(lab.inMgmt(...argv))).status === 0
      return lab.exec(from, ...argv).then(
        () => true,
        () => false,
      )
    }
    const found = await Promise.all(asked.map(async (pair) => ((await reaches(pair)) ? [] : [`${pair.from} > ${pair.to}`])))
    return found.flat()
  }
  const eachWay = (node: string, others: readonly string[]) =>
    ends.flatMap((from) =>
      ends.filter((to) => (from === node && others.includes(to)) || (to === node && others.includes(from))).map((to) => `${from} > ${to}`),
    )

  /** A busy machine loses a ping: what holds is asked until it shows. */
  const reached = (except: readonly string[]) =>
    until(`all reach all but ${except.join(", ") || "none"}`, async () =>
      (await unreached()).toSorted().join() === [...except].toSorted().join() ? true : undefined,
    )
  test("a node is cut from the panel alone, also after it booted again, and healed", async () => {
    await reached([])
    await lab.cutFrom("h1", "panel")
    await reached(eachWay("h1", ["h0"]))
    await lab.powerOff("h1")
    await lab.boot("h1")
    await reached(eachWay("h1", ["h0"]))
    expect(await onPanel(lab, power.agentPath, "status", power.paramsOf("h1"))).toMatchObject({ status: 0 })
    await lab.heal("h1")
    await reached([])
  })
  test("a node is cut from its peers alone", async () => {
    await lab.cutFrom("h2", "peers")
    await reached(eachWay("h2", ["h1", "h3"]))
    await lab.heal("h2")
    await reached([])
  })
  test("a node is cut from all, the power switch too", async () => {
    await lab.cutFrom("h3", "all")
    await reached([...eachWay("h3", ["h0", "h1", "h2"]), "h3 > power"])
    await lab.heal("h3")
    await reached([])
  })
  test("the panel is cut from everybody and can fence nobody, while a node can; healing a node does not heal the panel", async () => {
    await lab.cutPanel()
    await lab.cutFrom("h1", "peers")
    await lab.heal("h1")
    await reached([...eachWay("h0", ["h1", "h2", "h3"]), "h0 > power"])
    expect(await onPanel(lab, power.agentPath, "off", power.paramsOf("h2"))).toMatchObject({ status: 1 })
    const input = asStdin({ ...power.paramsOf("h2"), action: "status" })
    expect(await lab.exec("h1", "sh", "-c", 'printf %s "$1" | fence_lab', "sh", input)).toBe("Status: ON\n")
    await lab.healPanel()
    await reached([])
  })
  test("a service address is cut with the node that holds it", async () => {
    await lab.exec("h1", "ip", "addr", "add", `${lab.vip(0)}/24`, "dev", "eth0")
    const pings = () => runWith(lab.inMgmt("ping", "-c", "1", "-W", "1", lab.vip(0)))
    expect(await pings()).toMatchObject({ status: 0 })
    await lab.cutFrom("h1", "panel")
    expect(await pings()).toMatchObject({ status: 1 })
    await lab.heal("h1")
    expect(await pings()).toMatchObject({ status: 0 })
  })
})

describe.skipIf(why !== undefined)(titled("a libvirt host"), () => {
  let lab: Lab
  let virsh: Virsh
  beforeAll(async () => {
    lab = await startLab({ name: "fencevirt", nodes: 1, packages: VIRSH_PACKAGES })
    virsh = await startVirsh(lab, "h1", ["web1", "web2"])
  }, 600_000)
  afterAll(async () => {
    await virsh?.end()
    await lab?.down()
  })
  test.each([
    { login: "root's key", params: () => virsh.paramsOf("web1") },
    { login: "a password and sudo", params: () => virsh.paramsByPassword("web1") },
  ])("fence_virsh by $login: off kills that domain alone, on starts it", async ({ login, params }) => {
    const ask = (action: string) => onPanel(lab, virsh.agentPath, action, params())
    expect(await ask("status")).toMatchObject({ status: 0 })
    const fromMs = Date.now()
    expect(await ask("off")).toMatchObject({ status: 0 })
    console.log(`fence_virsh by ${login}: off ${Date.now() - fromMs} ms`)
    expect([await virsh.isOn("web1"), await virsh.isOn("web2")]).toEqual([false, true])
    expect(await ask("status")).toMatchObject({ status: 2 })
    expect(await ask("on")).toMatchObject({ status: 0 })
    expect(await virsh.isOn("web1")).toBe(true)
  })
  test("a wrong password and an unknown domain are errors", async () => {
    const wrong = { ...virsh.paramsByPassword("web1"), password: "wrong" }
    expect(await onPanel(lab, virsh.agentPath, "off", wrong)).toMatchObject({ status: 1 })
    expect(await onPanel(lab, virsh.agentPath, "status", virsh.paramsOf("nobody"))).toMatchObject({ status: 1 })
    expect(await virsh.isOn("web1")).toBe(true)
  })
})
