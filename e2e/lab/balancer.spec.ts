import { expect, type Page, test } from "@playwright/test"
import { inEveryLook } from "../browser"
import { carriedOut, clientOf, JOB_MS, type PanelProcess, SEEN_MS, startPanel } from "./balancer-screen"
import { whyNotIpvs } from "./can-run.mjs"
import { type IpvsLab, type IpvsNodeName, startIpvsLab } from "./ipvs-lab"
import { LAB_PASSWORD, LAB_USER } from "./lab"
import { enrolNodes } from "./services003"

/** What documents 003 and 002 do by hand for a virtual server, through the screen, on nodes whose kernel has IPVS. */
test.describe.configure({ mode: "serial", timeout: 900_000 })
const why = whyNotIpvs()
test.skip(why !== undefined, why ?? "")
const directors = ["d1", "d2"] as const
const servers = ["r1", "r2", "r3"] as const
let lab: IpvsLab
let panel: PanelProcess
let page: Page
let home = ""

const addressOf = (name: IpvsNodeName) => lab.nodes.find((node) => node.name === name)?.address ?? ""
/** Who answered each of n requests of the client, "" where nobody did; one connection each. */
const ask = async (n: number, at: string): Promise<readonly string[]> =>
  (await lab.client("sh", "-c", `for i in $(seq ${n}); do curl -s -m 5 http://${at}/ || echo; done`)).trimEnd().split("\n")
const counts = (answers: readonly string[]) =>
  Object.fromEntries([...new Set(answers)].toSorted().map((name) => [name, answers.filter((one) => one === name).length]))
const dialog = () => page.getByRole("dialog")
const main = () => page.getByRole("main")
const row = (real: string, state: RegExp | string) =>
  page.getByRole("row", { name: new RegExp(`${real.replaceAll(".", "\\.")}.*`) }).filter({ hasText: state })
const seen = { timeout: SEEN_MS }

test.beforeAll(async ({ browser }) => {
  lab = await startIpvsLab({ name: "balscreen" })
  // As in document 002, the real servers listen on 8080 too.
  const listen =
    "echo Listen 8080 >>/etc/apache2/ports.conf; sed -i 's/<VirtualHost \\*:80>/<VirtualHost *:80 *:8080>/' /etc/apache2/sites-enabled/000-default.conf; systemctl start apache2"
  const prepared = Promise.all(servers.map((name) => lab.exec(name, "sh", "-c", listen)))
  panel = await startPanel(3698)
  page = await (await browser.newContext({ locale: "en-US", reducedMotion: "reduce" })).newPage()
  await page.goto(panel.address)
  await page.getByLabel("Token from the console").fill(panel.token)
  await page.getByLabel("Your user name").fill("admin")
  await page.getByLabel("Your password").fill("a lab password 1")
  await page.getByRole("button", { name: "Make me admin" }).click()
  await page.getByLabel("Name of the cluster").fill("zigsow-cluster")
  await page.getByRole("button", { name: "Create" }).click()
  await page.waitForURL(/nodes\/add/)
  home = page.url().replace(/\/nodes\/add.*/, "")
  await prepared
})
test.afterAll(async () => {
  await panel?.end()
  await lab?.down()
})

test("the first director is added by its address and port, with a password once; the others the same way by the API", async () => {
  const [d1, ...others] = lab.nodes
  if (!d1) throw new Error("no nodes")
  await page.getByLabel("Address or host name").fill(d1.host)
  await page.getByLabel("Port").fill(String(d1.port))
  await page.getByRole("button", { name: "Ask for its fingerprint" }).click()
  await expect(page.getByText(d1.fingerprint)).toBeVisible(seen)
  await page.getByLabel("It is the same").check()
  await page.getByLabel("User").fill(LAB_USER)
  await page.getByLabel("Password", { exact: true }).fill(LAB_PASSWORD)
  await page.getByRole("button", { name: "Log in and check" }).click()
  await expect(page.getByText("sudo without a password")).toBeVisible(seen)
  await expect(page.getByLabel("Name of the node")).toHaveValue("d1")
  await page.getByLabel("It takes part in the cluster's services and quorum").uncheck()
  await page.getByRole("button", { name: "Add d1" }).click()
  await expect(page.getByRole("heading", { name: "d1 online" })).toBeVisible(seen)
  const clusterId = home.split("/").at(-1) ?? ""
  await enrolNodes(await clientOf(page), clusterId, others, false)
})

test("directors and real servers alone are a cluster that nothing of services is said of", async () => {
  const menu = page.getByRole("navigation")
  await page.goto(home)
  await inEveryLook(page, "directors-alone", async () => {
    await page.reload()
    await expect(
      page.getByText(/5 of 5 nodes online, none takes part in services|ノード 5 \/ 5 台オンライン、サービスに参加するノードなし/),
    ).toBeVisible(seen)
    await expect(page.getByText(/majority|quorate|クォーラム/)).toHaveCount(0)
  })
  await page.reload()
  await expect(menu.getByRole("link", { name: /^zigsow-cluster/ })).toHaveText("zigsow-cluster5 nodes")
})

test("document 003: in Piranha's order to a plan that is read, applied and seen to succeed", async () => {
  const vip = lab.vip(0)
  await page.goto(`${home}/balancers`)
  await page.getByRole("link", { name: "Begin" }).click()
  await page.getByLabel("Name", { exact: true }).fill("web")
  await page.getByLabel("Director", { exact: true }).selectOption("d1")
  await page.getByLabel("Second director").selectOption("d2")
  await expect(page.getByLabel("Interface")).toHaveValue("eth0")
  await page.getByRole("button", { name: "On to the virtual server" }).click()
  await page.getByLabel("Address", { exact: true }).fill(vip)
  await page.getByLabel("Scheduler").selectOption("rr")
  await expect(page.getByLabel("Port", { exact: true })).toHaveValue("80")
  await expect(page.getByLabel("Forwarding")).toHaveValue("direct")
  await page.getByRole("button", { name: "On to the real servers" }).click()
  for (const name of servers) await page.getByRole("button", { name: `${name} (${addressOf(name)})` }).click()
  for (const name of servers) await expect(page.getByLabel(`Weight of ${addressOf(name)}:80`)).toHaveValue("1")
  await page.getByRole("button", { name: "On to the plan" }).click()
  const steps = page.getByRole("region", { name: "What will happen" })
  for (const name of servers) {
    await expect(steps.getByText(`Keep ${name} from answering ARP`)).toBeVisible(seen)
    await expect(steps.getByText(`Set ${vip}/32 on lo of ${name}`)).toBeVisible()
  }
  for (const name of directors) await expect(steps.getByText(`Let keepalived on ${name} read its file`)).toBeVisible()
  await expect(page.getByRole("region", { name: "Files" }).getByText("lvs_sched rr").first()).toBeVisible()
  await carriedOut(main(), "Create web")
  await page.waitForURL(/\/balancers\/web$/)
  await expect(page.getByText("3 serving", { exact: true })).toBeVisible(seen)
  await expect(page.getByText(/^d[12]: active$/)).toBeVisible(seen)
  await expect(page.getByText(/^d[12]: standby$/)).toBeVisible(seen)
  await page.goto(`${home}/balancers`)
  await expect(page.getByText("3 of 3 serving")).toBeVisible(seen)
  expect(counts(await ask(9, vip))).toEqual({ r1: 3, r2: 3, r3: 3 })
  expect(await lab.client("curl", "-si", "-m", "5", `http://${vip}/`)).toContain("Client: 10.77.0.10")
})

test("the screen's own requests say who answered: of these nodes a real server, itself, and the screen says so before", async () => {
  await page.goto(`${home}/balancers/web/doctor`)
  const who = page.getByRole("form", { name: "Who answers" })
  await who.getByLabel("Client").selectOption("r3")
  await expect(who.getByText("r3 has the service address itself")).toBeVisible()
  await who.getByLabel("Requests").fill("6")
  await who.getByRole("button", { name: "Ask" }).click()
  await expect(who.getByText("6 requests from r3, 0 failed")).toBeVisible(seen)
  await expect(who.getByRole("row", { name: /^r3 6 100 %/ })).toBeVisible()
})

test("a server whose apache is stopped is shown out of rotation and asked no more, and back when it runs again", async () => {
  const vip = lab.vip(0)
  await page.goto(`${home}/balancers/web`)
  await lab.exec("r2", "systemctl", "stop", "apache2")
  await expect(row(`${addressOf("r2")}:80`, "out of rotation").first()).toBeVisible(seen)
  await expect(page.getByText("2 serving, 1 out")).toBeVisible(seen)
  await page.goto(home)
  await expect(page.getByRole("listitem").filter({ hasText: "web: 1 real server is out of rotation" })).toBeVisible(seen)
  await page.goto(`${home}/balancers/web`)
  expect(counts(await ask(6, vip))).toEqual({ r1: 3, r3: 3 })
  await lab.exec("r2", "systemctl", "start", "apache2")
  await expect(page.getByText("3 serving", { exact: true })).toBeVisible({ timeout: 2 * SEEN_MS })
  expect(counts(await ask(9, vip))).toEqual({ r1: 3, r2: 3, r3: 3 })
})

test("document 002: proxies on 8080 at an address of their own, by a TCP check, added in the editor; requests alternate", async () => {
  const vip = lab.vip(1)
  await page.goto(`${home}/balancers/web`)
  await page.getByRole("button", { name: "Add virtual server" }).click()
  await page.getByLabel("Address", { exact: true }).fill(vip)
  await page.getByLabel("Port", { exact: true }).fill("8080")
  await page.getByLabel("Scheduler").selectOption("rr")
  await expect(page.getByText(`d1, d2: VRRP does not carry ${vip}`)).toBeVisible()
  await page.getByRole("button", { name: "Let VRRP carry it" }).click()
  for (const name of ["r1", "r2"] as const) await page.getByRole("button", { name: `${name} (${addressOf(name)})` }).click()
  const checks = page.getByRole("region", { name: `Health checks of ${addressOf("r2")}:8080` })
  await expect(checks.getByLabel("Kind")).toHaveValue("tcp")
  await page.getByRole("button", { name: `Try check 1 of ${addressOf("r2")}:8080 now` }).click()
  await expect(checks.getByText("passes")).toBeVisible(seen)
  const plan = page.getByRole("region", { name: "Plan" })
  await expect(plan.getByText(`Set ${vip}/32 on lo of r1`)).toBeVisible(seen)
  await expect(plan.getByText("No connection is cut.")).toBeVisible(seen)
  await page.getByRole("button", { name: /^Apply \d+ changes?$/ }).click()
  await carriedOut(dialog(), /^Apply/)
  await expect(page.getByText("5 serving", { exact: true })).toBeVisible(seen)
  expect(counts(await ask(6, `${vip}:8080`))).toEqual({ r1: 3, r2: 3 })
  const answers = await ask(4, `${vip}:8080`)
  expect(answers[0]).toBe(answers[2])
  expect(answers[1]).toBe(answers[3])
})

test("a machine is drained from its own page, of all that it serves: no request reaches it, and it comes back", async () => {
  await page.goto(`${home}/nodes/r1`)
  const here = page.getByRole("region", { name: "As a real server" })
  await expect(here.getByText("serving", { exact: true })).toHaveCount(2, seen)
  await here.getByRole("button", { name: "Drain" }).click()
  await expect(dialog().getByText(`${addressOf("r1")}:8080 gets no new connections`)).toBeVisible(seen)
  await carriedOut(dialog(), "Drain")
  await expect(here.getByText(/^drain(ing, \d+ left|ed)$/)).toHaveCount(2, seen)
  expect(counts(await ask(6, lab.vip(0)))).toEqual({ r2: 3, r3: 3 })
  expect(counts(await ask(3, `${lab.vip(1)}:8080`))).toEqual({ r2: 3 })
  await page.goto(`${home}/balancers/web`)
  await expect(page.getByText(/^3 serving/)).toBeVisible(seen)
  await page.goto(`${home}/nodes/r1`)
  await here.getByRole("button", { name: "Put back" }).click()
  await carriedOut(dialog(), "Put back")
  await expect(here.getByText("serving", { exact: true })).toHaveCount(2, seen)
  expect(counts(await ask(9, lab.vip(0)))).toEqual({ r1: 3, r2: 3, r3: 3 })
})

test("a planned hand-over: the other director is the active one on the screen, and clients are answered", async () => {
  await page.goto(`${home}/balancers/web/directors`)
  const button = page.getByRole("button", { name: /^Hand over to d[12]$/ })
  await expect(button).toBeEnabled(seen)
  const to = (await button.innerText()).slice(-2)
  const from = to === "d1" ? "d2" : "d1"
  await expect(page.getByText(`${from}: active`)).toBeVisible()
  await button.click()
  await carriedOut(dialog(), `Hand over to ${to}`)
  await expect(page.getByText(`${to}: active`)).toBeVisible(seen)
  await expect(page.getByText(`${from}: standby`)).toBeVisible(seen)
  expect(await lab.exec(to === "d1" ? "d1" : "d2", "ip", "-o", "addr", "show", "eth0")).toContain(`${lab.vip(0)}/`)
  expect(counts(await ask(9, lab.vip(0)))).toEqual({ r1: 3, r2: 3, r3: 3 })
})

test("a table that somebody's ipvsadm has changed is told of the director that serves, and leads to the doctor, who finds it", async () => {
  await page.goto(`${home}/balancers/web/directors`)
  const active = (await page.getByText(/^d[12]: active$/).innerText()).slice(0, 2) === "d1" ? "d1" : "d2"
  const weight = (of: number) =>
    lab.exec(active, "ipvsadm", "-e", "-t", `${lab.vip(0)}:80`, "-r", `${addressOf("r3")}:80`, "-g", "-w", String(of))
  await weight(7)
  const told = page.getByText(/its file says what the panel says, the kernel's table does not|カーネルの IPVS テーブルが異なる/)
  const look = page.getByRole("link", { name: /^(Look at it|確認する)$/ })
  await inEveryLook(page, "table-changed", async () => {
    await page.reload()
    await expect(told).toBeVisible(seen)
    await expect(look).toBeVisible()
  })
  await page.reload()
  await look.click()
  await expect(page).toHaveURL(/\/balancers\/web\/doctor$/)
  await expect(page.getByText(/otherwise than the panel.s version/).first()).toBeVisible(seen)
  await weight(1)
  await page.goto(`${home}/balancers/web/directors`)
  await expect(told).toHaveCount(0, seen)
})

test("the doctor finds a real server that answers ARP for the service address, and its plan heals it", async () => {
  await lab.exec("r1", "sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=0", "net.ipv4.conf.all.arp_announce=0")
  await page.goto(`${home}/balancers/web/doctor`)
  const again = page.getByRole("button", { name: "Look again" })
  const lookUntil = (isSeen: () => Promise<void>) =>
    expect(async () => {
      await again.click()
      await expect(again).toBeEnabled({ timeout: SEEN_MS })
      await isSeen()
      // A look reads everything of five nodes: one after another without a breath leaves their one machine time for nothing else.
    }).toPass({ timeout: JOB_MS, intervals: [15_000] })
  const finding = page.getByText("is not kept from telling it by ARP").first()
  await lookUntil(() => expect(finding).toBeVisible({ timeout: 1_000 }))
  await page.getByRole("button", { name: "Make r1 ready" }).first().click()
  await expect(dialog().getByText("Keep r1 from answering ARP")).toBeVisible(seen)
  await carriedOut(dialog(), "Make r1 ready")
  await lookUntil(() => expect(page.getByText("The real servers are kept from answering ARP")).toBeVisible({ timeout: 1_000 }))
  await expect(finding).toHaveCount(0)
  expect((await lab.exec("r1", "sysctl", "-n", "net.ipv4.conf.all.arp_ignore")).trim()).toBe("1")
})
