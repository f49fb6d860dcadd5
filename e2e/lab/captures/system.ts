import type { Step } from "../capture"

const prepare = (command: string): Step => ({ command })
const both = (name: string, command: string): readonly Step[] => [
  { name, command },
  { name: `${name}-admin`, as: "admin", command: `sudo -n ${command}` },
]
const facts: readonly Step[] = [
  ["os-release", "cat /etc/os-release"],
  ["proc-loadavg", "cat /proc/loadavg"],
  ["proc-meminfo", "cat /proc/meminfo"],
  ["proc-uptime", "cat /proc/uptime"],
  ["boot-id", "cat /proc/sys/kernel/random/boot_id"],
  ["machine-id", "cat /etc/machine-id"],
  ["hostname", "hostname"],
  ["uname-n", "uname -n"],
  ["ip-addr", "ip -j addr"],
  ["date", "date +%s.%N"],
  ["nproc", "nproc"],
  ["timedatectl", "timedatectl show"],
  ["systemctl-is-system-running", "systemctl is-system-running"],
].flatMap(([name = "", command = ""]) => both(name, command))

const names: readonly Step[] = [
  { name: "getent-own-name", command: "getent hosts $(hostname)" },
  { name: "getent-own-name-ahosts", command: 'getent ahosts "$(uname -n)"' },
  prepare("sed -i.lab '/ h1$/d' /etc/hosts"),
  { name: "getent-own-name-unknown", command: "getent hosts $(hostname)" },
  prepare("echo '127.0.1.1 h1' >>/etc/hosts"),
  { name: "getent-own-name-loopback", command: "getent hosts $(hostname)" },
  prepare("cat /etc/hosts.lab >/etc/hosts"),
]
const addresses: readonly Step[] = [
  prepare("ip addr add 10.77.0.100/24 dev eth0; ip addr add fd77::11/64 dev eth0"),
  { name: "ip-addr-with-service-address", command: "ip -j addr" },
  prepare("ip addr del 10.77.0.100/24 dev eth0; ip addr del fd77::11/64 dev eth0"),
]
const SUDOERS = "/etc/sudoers.d/admin"
const sudo: readonly Step[] = [
  { name: "sudo-ok", as: "admin", command: "sudo -n true" },
  { name: "sudo-not-allowed", as: "guest", command: "sudo -n true" },
  prepare(`sed -i 's/NOPASSWD: //' ${SUDOERS}`),
  { name: "sudo-password-required", as: "admin", command: "sudo -n true" },
  prepare(`echo 'admin ALL=(ALL) NOPASSWD: /usr/bin/id' >${SUDOERS}`),
  { name: "sudo-other-command-only", as: "admin", command: "sudo -n true" },
  prepare(`printf 'Defaults requiretty\\nadmin ALL=(ALL) NOPASSWD: ALL\\n' >${SUDOERS}`),
  { name: "sudo-requires-tty", as: "admin", command: "sudo -n true" },
  prepare(`echo 'admin ALL=(ALL) NOPASSWD: ALL' >${SUDOERS}; mv /usr/bin/sudo /root/`),
  { name: "sudo-missing", as: "admin", command: "sudo -n true" },
  prepare("mv /root/sudo /usr/bin/"),
  { name: "path-root", command: "echo $PATH" },
  { name: "path-admin", as: "admin", command: "echo $PATH" },
  { name: "path-admin-sudo", as: "admin", command: "sudo -n sh -c 'echo $PATH'" },
]
const hosts = ["h2", "h3"].flatMap((node): Step[] => [
  { name: `boot-id-${node}`, node, command: "cat /proc/sys/kernel/random/boot_id" },
  { name: `machine-id-${node}`, node, command: "cat /etc/machine-id" },
])
export const systemSteps: readonly Step[] = [...facts, ...names, ...addresses, ...sudo, ...hosts]
