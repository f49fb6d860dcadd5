import { join } from "node:path"
import { LAB_PASSWORD, LAB_USER, type Lab } from "./lab"
import { makeTools } from "./tools"

/** For `startLab`: what makes a node a host of virtual machines, run by qemu without KVM. */
export const VIRSH_PACKAGES = ["libvirt-daemon", "libvirt-daemon-driver-qemu", "libvirt-clients", "qemu-system-x86", "seabios"] as const

export type Virsh = {
  /** Debian's fence_virsh, on this machine. */
  readonly agentPath: string
  /** What fence_virsh needs for that domain: root by the lab's key. */
  readonly paramsOf: (domain: string) => Readonly<Record<string, string>>
  /** The same by an ordinary user's password, which is a secret, and sudo. */
  readonly paramsByPassword: (domain: string) => Readonly<Record<string, string>>
  /** Whether its qemu lives, whatever libvirt says. */
  readonly isOn: (domain: string) => Promise<boolean>
  /** Its domains die with it. */
  readonly end: () => Promise<void>
}

const LIBVIRTD = `auth_unix_rw = "none"
auth_unix_ro = "none"
`
const QEMU = `user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
stdio_handler = "file"
cgroup_controllers = []
`
/** A machine that stops at "no bootable device": it runs, wants no CPU time, and has nothing that could break. */
const domainOf = (name: string): string => `<domain type="qemu"><name>${name}</name><memory unit="MiB">32</memory>
<os><type arch="x86_64" machine="pc">hvm</type></os><features><acpi/></features>
<devices><memballoon model="none"/></devices></domain>`

/** The driver gives up without that user. There is no libvirtd.service: Debian has it in a package with polkit and all of dnsmasq. */
const START = `set -e
id libvirt-qemu >/dev/null 2>&1 || useradd --system --no-create-home libvirt-qemu
mkdir -p /etc/libvirt/qemu /var/log/libvirt/qemu
printf %s "$1" >/etc/libvirt/libvirtd.conf
printf %s "$2" >/etc/libvirt/qemu.conf
shift 2
systemd-run --quiet --unit=libvirtd --property=KillMode=control-group /usr/sbin/libvirtd
timeout 20 sh -c 'until virsh version >/dev/null 2>&1; do :; done'
for domain; do
  printf %s "$domain" >/root/domain.xml
  virsh -q define /root/domain.xml
done`

/** Makes one node of a lab with VIRSH_PACKAGES a libvirt host with running domains of those names. */
export async function startVirsh(lab: Lab, host: string, domains: readonly string[]): Promise<Virsh> {
  const tools = makeTools(lab, ["/usr/sbin/fence_virsh"])
  const ip = lab.nodes.find(({ name }) => name === host)?.address
  if (ip === undefined) throw new Error(`there is no node ${host}`)
  await lab.exec(host, "sh", "-c", START, "sh", LIBVIRTD, QEMU, ...domains.map(domainOf))
  for (const domain of domains) await lab.exec(host, "virsh", "-q", "start", domain)
  return {
    agentPath: join(tools, "fence_virsh"),
    paramsOf: (plug) => ({ ip, username: "root", identity_file: lab.controlKeyFile, plug }),
    paramsByPassword: (plug) => ({ ip, username: LAB_USER, password: LAB_PASSWORD, sudo: "1", plug }),
    isOn: (domain) =>
      lab.exec(host, "pgrep", "-f", `^/usr/bin/qemu-system-x86_64 -name guest=${domain},`).then(
        () => true,
        () => false,
      ),
    end: async () => {
      for (const domain of domains) await lab.exec(host, "sh", "-c", `virsh -q destroy ${domain} || :`)
      await lab.exec(host, "systemctl", "stop", "libvirtd")
    },
  }
}
