import type { Step } from "../capture"

/** What the ocf driver asks for, and what else is worth a look. */
const show = (unit: string) => `systemctl show -p LoadState,ActiveState,SubState,Result,MainPID,ControlGroup,UnitFileState -- ${unit}`
const properties = "Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,Result,ExecMainStatus,ActiveEnterTimestampMonotonic"
const prepare = (command: string): Step => ({ command })
const unit = "apache2.service"
const seen = (state: string, of = unit): readonly Step[] => [
  { name: `unit-${state}`, command: show(of) },
  { name: `systemctl-show-${state}`, command: `systemctl show -p ${properties} -- ${of}` },
  { name: `systemctl-is-enabled-${state}`, command: `systemctl is-enabled -- ${of}` },
]
const DROP_IN = "/etc/systemd/system/apache2.service.d"
const dropIn = (text: string): Step =>
  prepare(`mkdir -p ${DROP_IN}; printf '[Service]\\n%b\\n' '${text}' >${DROP_IN}/lab.conf; systemctl daemon-reload`)
const noDropIn = prepare(`rm -rf ${DROP_IN}; systemctl daemon-reload`)
/** An LSB script whose status ends with its first argument's number. */
const lsb = `printf '#!/bin/sh\\n[ "$1" = status ] || exit 0\\necho "x is $(cat /run/x)"\\nexit $(cat /run/x)\\n' >/etc/init.d/x; chmod +x /etc/init.d/x`
const follow = (filter: string) => `timeout 6 journalctl -f -n 0 -q -o json --no-pager${filter}`

const states: readonly Step[] = [
  ...seen("inactive"),
  { name: "systemctl-start", command: `systemctl start -- ${unit}` },
  ...seen("active"),
  { name: "unit-active-admin", as: "admin", command: `sudo -n ${show(unit)}` },
  { name: "unit-active-without-sudo", as: "admin", command: show(unit) },
  { name: "systemctl-start-again", command: `systemctl start -- ${unit}` },
  { name: "systemctl-stop", command: `systemctl stop -- ${unit}` },
  { name: "systemctl-stop-again", command: `systemctl stop -- ${unit}` },
  { name: "systemctl-start-without-sudo", as: "admin", command: `systemctl start -- ${unit}` },
  prepare("echo Bogus >/etc/apache2/conf-enabled/bogus.conf"),
  { name: "systemctl-start-bad-config", command: `systemctl start -- ${unit}` },
  ...seen("failed"),
  prepare(`rm /etc/apache2/conf-enabled/bogus.conf; systemctl reset-failed ${unit}`),
  dropIn("Restart=no"),
  prepare(`systemctl start ${unit}; kill -KILL $(systemctl show -P MainPID ${unit}); sleep 0.5`),
  ...seen("killed"),
  dropIn("Restart=no\\nKillMode=process"),
  prepare(`systemctl reset-failed ${unit}; systemctl start ${unit}; kill -KILL $(systemctl show -P MainPID ${unit}); sleep 0.5`),
  ...seen("killed-with-children-left"),
  prepare(`xargs -r kill -KILL </sys/fs/cgroup/system.slice/${unit}/cgroup.procs; sleep 0.3; systemctl reset-failed ${unit}; true`),
  dropIn("ExecStartPre=/bin/sleep 3"),
  prepare(`systemctl start --no-block ${unit}; sleep 0.5`),
  ...seen("activating"),
  prepare(`systemctl start ${unit}`),
  dropIn("ExecStopPost=/bin/sleep 3"),
  prepare(`systemctl stop --no-block ${unit}; sleep 0.7`),
  ...seen("deactivating"),
  prepare(`systemctl stop ${unit}`),
  dropIn("Restart=always\\nRestartSec=4"),
  prepare(`systemctl start ${unit}; kill -KILL $(systemctl show -P MainPID ${unit}); sleep 1`),
  ...seen("auto-restart"),
  prepare(`systemctl stop ${unit}`),
  noDropIn,
  prepare(`systemctl enable ${unit}`),
  ...seen("enabled"),
  { name: "systemctl-disable", command: `systemctl disable -- ${unit}` },
  prepare(`systemctl disable ${unit}`),
  { name: "systemctl-disable-again", command: `systemctl disable -- ${unit}` },
  prepare(`systemctl mask ${unit}`),
  ...seen("masked"),
  { name: "systemctl-start-masked", command: `systemctl start -- ${unit}` },
  prepare(`systemctl unmask ${unit}`),
  ...seen("not-found", "none.service"),
  { name: "systemctl-start-not-found", command: "systemctl start -- none.service" },
  { name: "systemctl-stop-not-found", command: "systemctl stop -- none.service" },
  prepare("printf '[Service]\\nType=nonsense\\n' >/etc/systemd/system/bad.service; systemctl daemon-reload"),
  ...seen("bad-setting", "bad.service"),
  {
    name: "unit-without-systemd",
    command: `env DBUS_SYSTEM_BUS_ADDRESS=unix:path=/none SYSTEMD_OFFLINE=0 unshare -m sh -c 'umount -l /run; exec ${show(unit)}'`,
  },
  { name: "units", command: "systemctl list-unit-files --type=service --no-legend --plain --no-pager" },
  {
    name: "units-at-boot",
    command: "systemctl list-unit-files --state=enabled,enabled-runtime --plain --no-legend --no-pager",
  },
]
const scripts: readonly Step[] = [
  { name: "lsb-postfix-status-stopped", command: "/etc/init.d/postfix status" },
  prepare("SYSTEMCTL_SKIP_REDIRECT=1 /etc/init.d/postfix start"),
  { name: "lsb-postfix-status-running", command: "env SYSTEMCTL_SKIP_REDIRECT=1 /etc/init.d/postfix status" },
  { name: "lsb-postfix-status-running-redirected", command: "/etc/init.d/postfix status" },
  prepare("SYSTEMCTL_SKIP_REDIRECT=1 /etc/init.d/postfix stop"),
  prepare(lsb),
  ...[0, 1, 2, 3, 4, 150].flatMap((code) => [
    prepare(`echo ${code} >/run/x`),
    { name: `lsb-status-${code}`, command: "/etc/init.d/x status" },
  ]),
  prepare("rm /etc/init.d/x"),
  { name: "lsb-missing", command: "/etc/init.d/x status" },
  { name: "lsb-apache2-start", command: "/etc/init.d/apache2 start" },
  { name: "lsb-apache2-status-running", command: "/etc/init.d/apache2 status" },
  { name: "lsb-apache2-stop", command: "/etc/init.d/apache2 stop" },
  { name: "lsb-apache2-status-stopped", command: "/etc/init.d/apache2 status" },
]
const kill = `kill -KILL $(systemctl show -P MainPID ${unit})`
const journal: readonly Step[] = [
  { name: "journal-start-stop", command: follow(" _PID=1"), meanwhile: [`systemctl start ${unit}`, `systemctl stop ${unit}`] },
  prepare(`systemctl start ${unit}`),
  { name: "journal-kill", command: follow(" _PID=1"), meanwhile: [kill] },
  prepare("systemctl start named"),
  { name: "journal-kill-without-restart", command: follow(" _PID=1"), meanwhile: ["systemctl kill -s KILL named"] },
  prepare(`systemctl reset-failed named ${unit}; systemctl stop named ${unit}; echo Bogus >/etc/apache2/conf-enabled/bogus.conf`),
  { name: "journal-start-fails", command: follow(" _PID=1"), meanwhile: [`systemctl start ${unit}`] },
  prepare(`rm /etc/apache2/conf-enabled/bogus.conf; systemctl reset-failed ${unit}`),
  { name: "journal-everything", command: follow(""), meanwhile: [`systemctl start ${unit}`, kill, `systemctl stop ${unit}`] },
  {
    name: "journal-admin",
    as: "admin",
    command: `sudo -n ${follow(" _PID=1")}`,
    meanwhile: [`systemctl start ${unit}`, `systemctl stop ${unit}`],
  },
  { name: "journal-without-sudo", as: "admin", command: "timeout 2 journalctl -f -n 0 -q -o json --no-pager _PID=1" },
]
export const unitSteps = { units: states, scripts, journal }
