import { list as agentList, metadata } from "./agent/read"
import { channels, removeChannel, saveEmail, saveWebhook, testChannel } from "./alert/channels"
import { rules, saveRules, sent } from "./alert/rules"
import { list as auditList } from "./audit/list"
import { adopt, read as balancerRead, look } from "./balancer/adopt"
import { remove as balancerRemove, ignoreDrift, takeDrift } from "./balancer/change"
import { connections, counters, table } from "./balancer/connections"
import { doctor } from "./balancer/doctor"
import { balancer, doctorFix, drain, handOver, realServer, weights } from "./balancer/plans"
import {
  get as balancerGet,
  history as balancerHistory,
  list as balancerList,
  changes,
  live,
  machines,
  ofNode,
  version,
} from "./balancer/read"
import { tryCheck, whoAnswers } from "./balancer/trial"
import { create as clusterCreate } from "./cluster/create"
import { list as clusterList } from "./cluster/list"
import { export_, import_, preview } from "./conf/ask"
import { cable, get as demoGet, power, stopUnit } from "./demo/act"
import { list as domainList } from "./domain/list"
import { remove as domainRemove } from "./domain/remove"
import { save as domainSave } from "./domain/save"
import { list as eventList } from "./event/list"
import { apply as fenceApply } from "./fence/apply"
import { agents as fenceAgents, metadata as fenceMetadata, test as fenceTest } from "./fence/ask"
import { devices, nodes as fenceNodes, settings as fenceSettings, removeDevice, saveDevice, saveNode, saveSettings } from "./fence/devices"
import { history as fenceHistory, lost } from "./fence/lost"
import { endDelays, giveUp, resume, seen } from "./job/act"
import { get as jobGet, list as jobList } from "./job/read"
import { acceptHostKey, remove as nodeRemove } from "./node/change"
import { confirmOff, confirmSecond } from "./node/confirm"
import { add, prepare, scan } from "./node/enrol"
import { get as nodeGet } from "./node/get"
import { get as overviewGet } from "./overview/get"
import { apply } from "./plan/apply"
import { definition, domain, lock, make, node as nodePlan, power as powerPlan } from "./plan/make"
import { list as sharedList, remove as sharedRemove, save as sharedSave } from "./resource/shared"
import { end as rollingEnd, get as rollingGet, start as rollingStart } from "./rolling/act"
import { bootDisable } from "./service/boot"
import { get as serviceGet } from "./service/get"
import { list as serviceList } from "./service/list"
import { rehearse as serviceRehearse } from "./service/rehearse"
import { remove as serviceRemove } from "./service/remove"
import { save as serviceSave } from "./service/save"
import { end } from "./session/end"
import { list as sessionList } from "./session/list"
import { me } from "./session/me"
import { get as timelineGet } from "./timeline/get"
import { create as tokenCreate } from "./token/create"
import { list as tokenList } from "./token/list"
import { login as tokenLogin } from "./token/login"
import { revoke } from "./token/revoke"
import { setPassword, setRole, remove as userRemove } from "./user/change"
import { create as userCreate } from "./user/create"
import { list as userList } from "./user/list"

/** Every verb there is. The router and the role × verb matrix are made of it. */
export const verbs = {
  session: { me, list: sessionList, end },
  token: { login: tokenLogin, list: tokenList, create: tokenCreate, revoke },
  user: { list: userList, create: userCreate, setRole, remove: userRemove, setPassword },
  cluster: { list: clusterList, create: clusterCreate },
  overview: { get: overviewGet },
  node: { scan, prepare, add, remove: nodeRemove, get: nodeGet, acceptHostKey, confirmOff, confirmSecond },
  domain: { list: domainList, save: domainSave, remove: domainRemove },
  service: { list: serviceList, get: serviceGet, save: serviceSave, remove: serviceRemove, rehearse: serviceRehearse, bootDisable },
  agent: { list: agentList, metadata },
  resource: { list: sharedList, save: sharedSave, remove: sharedRemove },
  rolling: { get: rollingGet, start: rollingStart, end: rollingEnd },
  plan: {
    make,
    node: nodePlan,
    power: powerPlan,
    lock,
    domain,
    definition,
    balancer,
    handOver,
    drain,
    weights,
    realServer,
    doctorFix,
    apply,
  },
  balancer: {
    ...{ list: balancerList, get: balancerGet, live, history: balancerHistory, changes, version, machines, ofNode },
    ...{ connections, counters, table, doctor },
    ...{ read: balancerRead, look, adopt, remove: balancerRemove, ignoreDrift, takeDrift, tryCheck, whoAnswers },
  },
  job: { list: jobList, get: jobGet, seen, resume, giveUp, endDelays },
  alert: { channels, saveWebhook, saveEmail, removeChannel, testChannel, rules, saveRules, sent },
  fence: {
    ...{ devices, saveDevice, removeDevice, agents: fenceAgents, metadata: fenceMetadata },
    ...{ nodes: fenceNodes, saveNode, test: fenceTest, settings: fenceSettings, saveSettings },
    ...{ lost, history: fenceHistory, apply: fenceApply },
  },
  conf: { preview, import: import_, export: export_ },
  event: { list: eventList },
  timeline: { get: timelineGet },
  audit: { list: auditList },
  demo: { get: demoGet, power, cable, stopUnit },
} as const
