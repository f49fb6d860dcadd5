import { z } from "zod"
import { kept, optional, runAs, script, text, whole } from "./balancer-parts"

const trackedSchema = z.object({ name: text, weight: optional.whole, reverse: optional.flag }).readonly()
const tracked = z.array(trackedSchema).readonly().optional()
/** One address of VRRP, with its prefix if it was written; `options` are words of `ip address add` as they stand. */
const vipSchema = z
  .object({
    address: text,
    prefix: optional.whole,
    interface: optional.text,
    label: optional.text,
    options: z.array(text).readonly().optional(),
  })
  .readonly()
const vips = z.array(vipSchema).readonly().optional()
const peerSchema = z.object({ address: text, minTtl: optional.whole, maxTtl: optional.whole }).readonly()
const notifies = {
  notifyMaster: script,
  notifyBackup: script,
  notifyFault: script,
  notifyStop: script,
  notify: script,
  smtpAlert: optional.flag,
}
const gratuitous = {
  garpMasterDelay: optional.whole,
  garpMasterRepeat: optional.whole,
  garpMasterRefresh: optional.whole,
  garpMasterRefreshRepeat: optional.whole,
  garpLowerPrioDelay: optional.whole,
  garpLowerPrioRepeat: optional.whole,
}
export const instanceSchema = z
  .object({
    name: text,
    state: z.enum(["MASTER", "BACKUP"]).optional(),
    interface: optional.text,
    routerId: optional.whole,
    priority: optional.whole,
    advertInterval: optional.seconds,
    version: optional.whole,
    nopreempt: optional.flag,
    preemptDelay: optional.seconds,
    multicastSource: optional.text,
    unicastSource: optional.text,
    unicastPeers: z.array(peerSchema).readonly().optional(),
    authentication: z.object({ type: optional.text, password: optional.text, kept }).readonly().optional(),
    ...gratuitous,
    higherPrioSendAdvert: optional.flag,
    lowerPrioNoAdvert: optional.flag,
    dontTrackPrimary: optional.flag,
    trackInterfaces: tracked,
    trackScripts: tracked,
    addresses: vips,
    excludedAddresses: vips,
    ...notifies,
    kept,
  })
  .readonly()
export const scriptBlockSchema = z
  .object({
    name: text,
    script: script,
    interval: optional.seconds,
    timeout: optional.seconds,
    weight: z.object({ value: whole, reverse: optional.flag }).readonly().optional(),
    rise: optional.whole,
    fall: optional.whole,
    runAs,
    initFail: optional.flag,
    kept,
  })
  .readonly()
export const syncGroupSchema = z
  .object({ name: text, members: z.array(text).readonly().optional(), trackInterfaces: tracked, trackScripts: tracked, ...notifies, kept })
  .readonly()
export const globalSchema = z
  .object({
    routerId: optional.text,
    notificationEmails: z.array(text).readonly().optional(),
    notificationFrom: optional.text,
    smtpServer: z.object({ address: text, port: optional.whole }).readonly().optional(),
    smtpConnectTimeout: optional.seconds,
    enableScriptSecurity: optional.flag,
    scriptUser: z.object({ user: text, group: optional.text }).readonly().optional(),
    syncDaemon: z
      .object({
        interface: text,
        instance: optional.text,
        id: optional.whole,
        maxlen: optional.whole,
        port: optional.whole,
        ttl: optional.whole,
        group: optional.text,
      })
      .readonly()
      .optional(),
    /** Seconds, of `ipvsadm --set`. */
    timeouts: z.object({ tcp: optional.whole, tcpfin: optional.whole, udp: optional.whole }).readonly().optional(),
    flush: optional.flag,
    vrrpVersion: optional.whole,
    ...gratuitous,
    higherPrioSendAdvert: optional.flag,
    lowerPrioNoAdvert: optional.flag,
    skipCheckAdvertAddress: optional.flag,
    strict: optional.flag,
    startupDelay: optional.seconds,
    checkerLogAllFailures: optional.flag,
    dynamicInterfaces: optional.flag,
    reloadCheckConfig: optional.flag,
    kept,
  })
  .readonly()
export type VrrpInstance = z.output<typeof instanceSchema>
