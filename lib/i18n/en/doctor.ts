/** What the doctor says: a finding under its code, what is well, and what could not be seen. */
export const doctor = {
  bothHold:
    "{nodes} both have {address} on an interface. Both answer ARP for it, so clients reach now the one, now the other, and connections break. VRRP advertisements of the one do not reach the other.",
  noneHolds: "No director has {address} on an interface, so nobody answers for it and every connection to it fails.",
  addressOutside:
    "{address} is in none of the networks of {interface} on {node}. Machines on that link send packets for it to their router, which does not know where it is.",
  vridClash:
    "{other} has an instance with virtual_router_id {id} on {interface} as well. On one segment each takes the other's advertisements for its own, and the two fight over who is master.",
  keepalivedMissing: "keepalived is not installed on {node}: nothing there makes the IPVS rules, checks the real servers or takes over.",
  keepalivedStopped: "keepalived does not run on {node} ({state}): no health checks are made there, and it takes over nothing.",
  notAtBoot: "keepalived is not enabled on {node}: after its next reboot it is no director until somebody starts it.",
  fileDiffers:
    "keepalived.conf on {node} says otherwise than the panel's version, in {n, plural, one {# place} other {# places}}. What runs there is the file's.",
  moduleMissing: "The kernel of {node} has no ip_vs module: it cannot balance anything.",
  moduleNotLoaded: "ip_vs is not loaded on {node}: its kernel balances nothing until it is.",
  schedulerMissing:
    "The kernel of {node} does not have the scheduler {scheduler}, which {services} wants. ipvsadm refuses it; keepalived takes wlc instead, with no more than a line in its log.",
  syncFamilies:
    "The sync daemon knows one family of addresses only, and {services} has real servers of the other. IPVS refuses the one or the other, with a message about a wrong module version.",
  syncIdDiffers:
    "The sync daemons of {nodes} have different ids ({first} and {second}): each throws away what the other sends. A failover breaks every connection.",
  syncInterfaceDiffers:
    "The sync daemons of {nodes} use different interfaces ({first} and {second}). Unless both are on one link, nothing arrives and a failover breaks every connection.",
  syncNotRunning:
    "The sync daemon is wanted on {node} and does not run there: connections are not copied, and a failover breaks every one of them.",
  forwardOff:
    "{sysctl} is 0 on {node}. With NAT the answers of the real servers pass through the director; it drops them, and clients wait for nothing.",
  portMapped:
    "{service} wants {server} at port {asked}. Direct routing and tunnelling leave the packet as it is, so its port stays {port}: the kernel has taken {port} without a word. Only NAT can change the port.",
  weightsZero: "Every real server of {service} has weight 0: no new connection goes to any of them.",
  noneServing: "No real server of {service} is left in the director's table: its checks have all of them out. Connections are refused.",
  serviceMissing: "{service} is not in the kernel's table of {node}: packets for it are not balanced there.",
  tableDiffers:
    "The kernel's table of {node} has {service} otherwise than the panel's version. Only keepalived owns the table: what was changed by ipvsadm is lost at its next reload.",
  checkFails: "{server} of {service} is out: its check fails when {node} makes it now. What it says stands below.",
  outThough:
    "{server} of {service} gets nothing on {node}, and its check passes there now. keepalived looks again every {seconds} s; if it stays out for longer, somebody took it out with ipvsadm, and the command puts it back.",
  loIsNotVip:
    "{node} has {found} on lo, but the service address is {vip}. Under direct routing packets arrive for {vip}; {node} does not have it and drops them without an answer.",
  vipMissing:
    "{node} does not have {vip}. Its check asks {server} itself and may pass, but under direct routing packets arrive for {vip}, and {node} drops them without an answer.",
  vipOnLink:
    "{node} has {vip} on {interface}, its interface to the network. arp_ignore does not help there: it answers ARP for {vip} as the director does. The address belongs on lo.",
  wrongMask:
    "{vip} has the mask {found} on lo of {node}; it must be {wanted}. As it is, {node} takes the whole network for its own and answers nobody in it.",
  arpNotQuiet:
    "{node} has {vip} and is not kept from telling it by ARP (arp_ignore 1, arp_announce 2). Clients then reach {node} past the director, or only sometimes.",
  arpTwo:
    "Two machines answer ARP for {address}, as {asker} hears it: {machines}. Each client keeps whichever answered first, and some of them go past the director.",
  arpWrong: "Not a director answers ARP for {address}, as {asker} hears it, but {machines}: clients go there.",
  arpNobody: "Nobody answers ARP for {address}, as {asker} hears it: no machine on that link reaches it.",
  notPersistent: "{vip} is set on {node} now, and nothing that the panel knows sets it again: it will not outlive a reboot.",
  otherSubnet:
    "{server} is in no network of {node}. Direct routing puts the real server's MAC on the packet, so both must be on one link; through a router it never arrives.",
  natGateway:
    "The default gateway of {node} is {found}, which is no director. With NAT the answers of {server} must go back through the director; past it they come from an address that the client does not know, and are dropped.",
  natGatewayFixed:
    "The default gateway of {node} is {found}, which is one director's own address and does not move. After a failover the answers still go there.",
  filterDrops: "The packet filter of {node} drops what comes in for {protocol} port {port} ({chain}): {service} does not reach it.",
  notListening: "Nobody listens on {protocol} port {port} at {node}: connections of {service} are refused there.",
  listensElsewhere:
    "{node} listens on {protocol} port {port} only at other addresses ({found}). Packets of {service} arrive for {address} and are refused, while a check of the machine's own address passes.",
  well: {
    bothHold: "No address is on two directors",
    noneHolds: "Every address is on a director",
    addressOutside: "Every address is in a network of its interface",
    vridClash: "No other balancer has the same VRID",
    keepalivedMissing: "keepalived is installed",
    keepalivedStopped: "keepalived runs",
    notAtBoot: "keepalived starts at boot",
    fileDiffers: "The files are the panel's version",
    moduleMissing: "The kernels have ip_vs",
    moduleNotLoaded: "ip_vs is loaded",
    schedulerMissing: "The kernels have the schedulers",
    syncFamilies: "The sync daemon has one family only",
    syncIdDiffers: "The sync daemons have one id",
    syncInterfaceDiffers: "The sync daemons have one interface",
    syncNotRunning: "The sync daemons run",
    forwardOff: "The directors pass packets on",
    portMapped: "No port is changed where it cannot be",
    weightsZero: "Somebody has weight",
    noneServing: "Every service has real servers in the table",
    serviceMissing: "Every service is in the tables",
    tableDiffers: "The tables are what the panel's version says",
    checkFails: "No check fails",
    outThough: "Nobody is out whose check passes",
    loIsNotVip: "The address on lo is the service address",
    vipMissing: "The real servers have the service address",
    vipOnLink: "The service address is on no interface to the network",
    wrongMask: "The masks on lo are of one host",
    arpNotQuiet: "The real servers are kept from answering ARP",
    arpTwo: "One machine answers ARP",
    arpWrong: "A director answers ARP",
    arpNobody: "Somebody answers ARP",
    notPersistent: "The service address comes back after a reboot",
    otherSubnet: "The real servers are on a link with the directors",
    natGateway: "The default gateway is a director",
    natGatewayFixed: "The default gateway moves with the director",
    filterDrops: "The packet filters let it in",
    notListening: "Somebody listens on every port",
    listensElsewhere: "The service address is listened at",
  },
  notSeen: {
    factMissing: "{node} was not seen ({fact}).",
    factOld: "What {node} said is {seconds} s old ({fact}), too old to count.",
    readApart: "The directors were read too far apart to say who holds {address}.",
    notManaged: "{address} is no node of the panel: it cannot be looked at.",
    filterUnreadable: "The packet filter of {node} cannot be read.",
    filterUnclear: "What the packet filter of {node} does cannot be told from its rules alone.",
    arpNotAsked: "Nobody was asked who answers ARP for {address}.",
    addressUnknown: "The addresses of {service} are not known one by one.",
    listenersUnknown: "Who listens on {node} cannot be read.",
    keptElsewhere: "Whether something brings {address} back after a reboot of {node} is not known: it is not by the panel's file.",
    checkNotTried: "{server}: not every check of it was tried from here (one that is a program is not, nor more than eight).",
    groupNotCompared: "A service by group is not compared with the table.",
    driftUnknown: "The file on {node} was not read.",
    stateUnknown: "Whether keepalived runs on {node} cannot be told.",
    interfaceUnknown: "{node} has no network on {interface}.",
    noActive: "Which director's table counts is not known.",
    perhapsMasqueraded:
      "{node} hides some clients behind its own address. Whether the answers of {server} need it as a gateway is not known.",
    machineUnknown: "Which machine {mac} is, which answers for {address}, is not known.",
  },
}
