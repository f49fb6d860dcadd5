/** How rgmanager's agents order and forbid their children (service-manager.md §2.2): their meta-data, as data. */
export type ChildRule = { readonly type: string; readonly start?: number; readonly stop?: number }
export type ParentRules = { readonly children: readonly ChildRule[]; readonly forbids: readonly string[] }

const service: ParentRules = {
  children: [
    { type: "lvm", start: 1, stop: 9 },
    { type: "fs", start: 2, stop: 8 },
    { type: "clusterfs", start: 3, stop: 7 },
    { type: "netfs", start: 4, stop: 6 },
    { type: "nfsexport", start: 5, stop: 5 },
    { type: "nfsclient", start: 6, stop: 4 },
    { type: "ip", start: 7, stop: 2 },
    { type: "smb", start: 8, stop: 3 },
    { type: "script", start: 9, stop: 1 },
  ],
  forbids: [],
}
const fileSystem: ParentRules = {
  children: [
    { type: "fs", start: 1, stop: 3 },
    { type: "clusterfs", start: 1, stop: 3 },
    { type: "nfsexport", start: 3, stop: 1 },
  ],
  forbids: [],
}
const noExports: ParentRules = { children: [], forbids: ["nfsclient", "nfsexport"] }

export const parentRules: Readonly<Record<string, ParentRules>> = {
  service,
  fs: fileSystem,
  clusterfs: fileSystem,
  nfsserver: {
    children: [
      { type: "nfsclient", start: 1, stop: 2 },
      { type: "ip", start: 2, stop: 1 },
    ],
    forbids: ["nfsexport", "nfsserver"],
  },
  nfsexport: { children: [{ type: "nfsclient" }], forbids: ["nfsexport"] },
  ip: noExports,
  netfs: noExports,
}
export const rulesOf = (type: string): ParentRules => parentRules[type] ?? { children: [], forbids: [] }
