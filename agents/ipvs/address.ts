import { familyOf } from "../../lib/domain/balancer-address"

/** Names of ports that `ipvsadm -S` and `-L` print without `-n`; those of services that are balanced. */
const names: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  tftp: 69,
  gopher: 70,
  http: 80,
  kerberos: 88,
  pop3: 110,
  sunrpc: 111,
  nntp: 119,
  ntp: 123,
  imap2: 143,
  imap: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  submissions: 465,
  syslog: 514,
  submission: 587,
  ldaps: 636,
  imaps: 993,
  pop3s: 995,
  "ms-sql-s": 1433,
  radius: 1812,
  nfs: 2049,
  squid: 3128,
  mysql: 3306,
  "ms-wbt-server": 3389,
  svn: 3690,
  sip: 5060,
  "sip-tls": 5061,
  postgresql: 5432,
  "http-alt": 8080,
  webcache: 8080,
}
export type Endpoint = { readonly address: string; readonly port: number }
const portIn = (text: string): number | undefined =>
  /^\d{1,5}$/.test(text) ? Number(text) : Object.hasOwn(names, text) ? names[text] : undefined

/** `10.0.0.1:80`, `[2001:db8::1]:80`, `10.0.0.1`, `www:http`; port 0 where none is said. The reason where it is none of these. */
export function endpointIn(text: string): Endpoint | string {
  if (text.length > 300) return "this is too long for an address"
  const v6 = /^\[([^\]]*)\](?::(\S+))?$/.exec(text)
  if (!v6 && familyOf(text) === "inet6") return { address: text, port: 0 }
  const [, address = "", said] = v6 ?? /^([^:\s]+)(?::(\S+))?$/.exec(text) ?? []
  if (address === "") return `${text} is no address`
  if (v6 && familyOf(address) !== "inet6") return `${address} is no IPv6 address`
  const port = said === undefined ? 0 : portIn(said)
  return port === undefined ? `the port ${said} is unknown here; ipvsadm's -n prints numbers` : { address, port }
}
