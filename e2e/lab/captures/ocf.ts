import type { Step } from "../capture"

type Params = Readonly<Record<string, string>>
/** The command that the ocf driver makes. */
export const agent = (name: string, action: string, params: Params = {}): string => {
  const variables = Object.entries(params).map(([key, value]) => `OCF_RESKEY_${key}=${value} `)
  return `env OCF_ROOT=/usr/lib/ocf OCF_RESOURCE_INSTANCE=r ${variables.join("")}/usr/lib/ocf/resource.d/heartbeat/${name} ${action}`
}
const prepare = (command: string): Step => ({ command })
const brief = (name: string, of: string, params: Params = {}): readonly Step[] => [
  { name: `${name}-monitor-stopped`, command: agent(of, "monitor", params) },
  { name: `${name}-start`, command: agent(of, "start", params) },
  { name: `${name}-monitor-running`, command: agent(of, "monitor", params) },
  { name: `${name}-stop`, command: agent(of, "stop", params) },
]
const cycle = (name: string, of: string, params: Params = {}): readonly Step[] => [
  { name: `${name}-validate-all`, command: agent(of, "validate-all", params) },
  ...brief(name, of, params),
  { name: `${name}-stop-again`, command: agent(of, "stop", params) },
  prepare(agent(of, "start", params)),
  { name: `${name}-start-again`, command: agent(of, "start", params) },
  { name: `${name}-monitor-running-admin`, as: "admin", command: `sudo -n ${agent(of, "monitor", params)}` },
  prepare(agent(of, "stop", params)),
]
/** For agents that do not get that far here. */
const attempt = (name: string, of: string, params: Params = {}): readonly Step[] =>
  ["validate-all", "monitor", "start", "stop"].map((action) => ({ name: `${name}-${action}`, command: agent(of, action, params) }))

const ip = { ip: "10.77.0.100", cidr_netmask: "24" }
const addresses: readonly Step[] = [
  ...cycle("IPaddr2", "IPaddr2", ip),
  { name: "IPaddr2-start-admin", as: "admin", command: `sudo -n ${agent("IPaddr2", "start", ip)}` },
  { name: "IPaddr2-stop-admin", as: "admin", command: `sudo -n ${agent("IPaddr2", "stop", ip)}` },
  { name: "IPaddr2-start-without-sudo", as: "admin", command: agent("IPaddr2", "start", ip) },
  { name: "IPaddr2-monitor-without-sudo", as: "admin", command: agent("IPaddr2", "monitor", ip) },
  { name: "IPaddr2-monitor-without-ip", command: agent("IPaddr2", "monitor") },
  { name: "IPaddr2-monitor-bad-ip", command: agent("IPaddr2", "monitor", { ip: "10.77.0.999" }) },
  { name: "IPaddr2-monitor-no-such-nic", command: agent("IPaddr2", "monitor", { ...ip, nic: "eth9" }) },
  { name: "IPaddr2-validate-all-without-ip", command: agent("IPaddr2", "validate-all") },
  { name: "IPaddr2-validate-all-no-such-nic", command: agent("IPaddr2", "validate-all", { ...ip, nic: "eth9" }) },
  { name: "IPaddr2-start-no-such-nic", command: agent("IPaddr2", "start", { ...ip, nic: "eth9" }) },
  { name: "IPaddr2-start-foreign-network", command: agent("IPaddr2", "start", { ip: "192.0.2.7" }) },
  prepare(agent("IPaddr2", "start", ip)),
  prepare("ip link set eth0 up; ip addr add 10.77.0.100/32 dev lo"),
  { name: "IPaddr2-monitor-on-two-interfaces", command: agent("IPaddr2", "monitor", ip) },
  prepare("ip addr del 10.77.0.100/32 dev lo"),
  prepare(agent("IPaddr2", "stop", ip)),
  ...cycle("IPaddr2-v6", "IPaddr2", { ip: "fd77::100", cidr_netmask: "64", nic: "eth0" }),
]

const web = { configfile: "/etc/apache2/apache2.conf" }
const httpd: readonly Step[] = [
  ...cycle("apache", "apache", web),
  prepare(agent("apache", "start", web)),
  { name: "apache-monitor-status-page-404", command: agent("apache", "monitor", { ...web, statusurl: "http://127.0.0.1/none" }) },
  { name: "apache-monitor-failed", command: agent("apache", "monitor", { ...web, statusurl: "http://127.0.0.1:81/" }) },
  { name: "apache-monitor-wrong-page", command: agent("apache", "monitor", { ...web, testregex: "absent" }) },
  { name: "apache-monitor-no-config-while-running", command: agent("apache", "monitor", { configfile: "/etc/apache2/none.conf" }) },
  { name: "apache-stop-no-config-while-running", command: agent("apache", "stop", { configfile: "/etc/apache2/none.conf" }) },
  prepare("kill -STOP $(cat /run/apache2/apache2.pid); kill -STOP $(cat /proc/$(cat /run/apache2/apache2.pid)/task/*/children)"),
  { name: "apache-monitor-frozen", command: `timeout 20 ${agent("apache", "monitor", { ...web, statusurl: "http://127.0.0.1/" })}` },
  prepare("kill -KILL $(cat /proc/$(cat /run/apache2/apache2.pid)/task/*/children) $(cat /run/apache2/apache2.pid); sleep 0.5"),
  { name: "apache-monitor-killed", command: agent("apache", "monitor", web) },
  prepare("echo Bogus >/etc/apache2/conf-enabled/bogus.conf"),
  { name: "apache-validate-all-bad-config", command: agent("apache", "validate-all", web) },
  { name: "apache-start-bad-config", command: agent("apache", "start", web) },
  prepare("rm /etc/apache2/conf-enabled/bogus.conf"),
  { name: "apache-validate-all-no-config", command: agent("apache", "validate-all", { configfile: "/etc/apache2/none.conf" }) },
  { name: "apache-start-no-config", command: agent("apache", "start", { configfile: "/etc/apache2/none.conf" }) },
]

const dns = { named_user: "bind" }
const named: readonly Step[] = [
  ...cycle("named", "named", dns),
  prepare(agent("named", "start", dns)),
  { name: "named-monitor-wrong-answer", command: agent("named", "monitor", { ...dns, monitor_response: "127.0.0.9" }) },
  { name: "named-monitor-no-such-user-while-running", command: agent("named", "monitor") },
  { name: "named-stop-no-such-user-while-running", command: agent("named", "stop") },
  prepare("kill -STOP $(cat /run/named/named.pid)"),
  { name: "named-monitor-frozen", command: agent("named", "monitor", dns) },
  prepare("kill -KILL $(cat /run/named/named.pid); sleep 0.5"),
  { name: "named-monitor-killed", command: agent("named", "monitor", dns) },
  { name: "named-validate-all-no-such-user", command: agent("named", "validate-all") },
  { name: "named-start-no-such-user", command: agent("named", "start") },
]

const mail: readonly Step[] = [
  ...cycle("postfix", "postfix", {}),
  prepare(agent("postfix", "start")),
  { name: "postfix-monitor-no-such-directory-while-running", command: agent("postfix", "monitor", { config_dir: "/etc/none" }) },
  prepare("kill -KILL $(cat /var/spool/postfix/pid/master.pid); sleep 0.5"),
  { name: "postfix-monitor-killed", command: agent("postfix", "monitor") },
  prepare(`${agent("postfix", "start")}; ${agent("postfix", "stop")}`),
  prepare("mv /etc/postfix/main.cf /root/"),
  { name: "postfix-monitor-no-config", command: agent("postfix", "monitor") },
  { name: "postfix-start-no-config", command: agent("postfix", "start") },
  prepare("mv /root/main.cf /etc/postfix/"),
  { name: "postfix-validate-all-no-such-directory", command: agent("postfix", "validate-all", { config_dir: "/etc/none" }) },
]

const tmpfs = { device: "tmpfs", directory: "/mnt/t", fstype: "tmpfs" }
const storage: readonly Step[] = [
  prepare("mkdir -p /mnt/t /mnt/b /srv/b"),
  ...cycle("Filesystem-tmpfs", "Filesystem", tmpfs),
  ...cycle("Filesystem-bind", "Filesystem", { device: "/srv/b", directory: "/mnt/b", fstype: "none", options: "bind" }),
  { name: "Filesystem-validate-all-no-device", command: agent("Filesystem", "validate-all", { directory: "/mnt/t", fstype: "ext4" }) },
  { name: "Filesystem-start-no-device", command: agent("Filesystem", "start", { ...tmpfs, device: "/dev/none", fstype: "ext4" }) },
  prepare(`${agent("Filesystem", "start", tmpfs)} && mv $(command -v modprobe) /root/`),
  { name: "Filesystem-monitor-no-modprobe-while-mounted", command: agent("Filesystem", "monitor", tmpfs) },
  { name: "Filesystem-stop-no-modprobe-while-mounted", command: agent("Filesystem", "stop", tmpfs) },
  prepare(`grep -q /mnt/t /proc/mounts && mv /root/modprobe /usr/sbin/ && ${agent("Filesystem", "stop", tmpfs)}`),
]

const metadata = "IPaddr2 apache named postfix Filesystem Dummy anything Stateful VirtualDomain pgsql".split(" ")
const others: readonly Step[] = [
  ...brief("Dummy", "Dummy"),
  ...brief("anything", "anything", { binfile: "/bin/sleep", cmdline_options: "1000" }),
  ...brief("symlink", "symlink", { target: "/etc/hosts", link: "/root/link" }),
  ...brief("Route", "Route", { destination: "10.99.0.0/24", device: "eth0" }),
  ...brief("Delay", "Delay", { startdelay: "1", stopdelay: "1", mondelay: "0" }),
  ...brief("SendArp", "SendArp", { ip: "10.77.0.100", nic: "eth0" }),
  ...brief("Stateful", "Stateful"),
  prepare(agent("Stateful", "start")),
  { name: "Stateful-promote", command: agent("Stateful", "promote") },
  { name: "Stateful-monitor-promoted", command: agent("Stateful", "monitor") },
  { name: "Stateful-stop-promoted", command: agent("Stateful", "stop") },
  prepare(`${agent("Stateful", "demote")}; ${agent("Stateful", "stop")}`),
  ...attempt("ethmonitor-no-pacemaker", "ethmonitor", { interface: "eth0" }),
  ...attempt("nginx-not-installed", "nginx"),
  ...attempt("MailTo-not-installed", "MailTo", { email: "root" }),
  ...attempt("IPaddr-not-installed", "IPaddr", { ip: "10.77.0.102", cidr_netmask: "24" }),
  ...attempt("IPsrcaddr-no-default-route", "IPsrcaddr", { ipaddress: "10.77.0.11" }),
  { name: "missing-agent-monitor", command: agent("none", "monitor") },
  prepare("install -m 644 /usr/lib/ocf/resource.d/heartbeat/Dummy /usr/lib/ocf/resource.d/heartbeat/unexecutable"),
  { name: "unexecutable-agent-monitor", command: agent("unexecutable", "monitor") },
  prepare("rm /usr/lib/ocf/resource.d/heartbeat/unexecutable"),
  { name: "no-such-action", command: agent("Dummy", "dance") },
  { name: "no-ocf-root", command: "env -u OCF_ROOT /usr/lib/ocf/resource.d/heartbeat/Dummy monitor" },
  prepare("rm -r /run/resource-agents"),
  { name: "Dummy-start-without-rsctmp", command: agent("Dummy", "start") },
  { name: "Dummy-monitor-after-start-without-rsctmp", command: agent("Dummy", "monitor") },
  { name: "IPaddr2-start-without-rsctmp", command: agent("IPaddr2", "start", ip) },
  prepare(`${agent("IPaddr2", "stop", ip)}; ${agent("Dummy", "stop")}; systemd-tmpfiles --create`),
  {
    name: "agents",
    command: "find -L /usr/lib/ocf/resource.d -mindepth 2 -maxdepth 2 -type f -perm -u+x",
  },
  ...metadata.map((name) => ({
    name: `${name}-meta-data`,
    command: agent(name, "meta-data"),
  })),
]
export const ocfSteps = { IPaddr2: addresses, apache: httpd, named, postfix: mail, Filesystem: storage, others }
