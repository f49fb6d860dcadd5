import type { NodeCheck } from "../domain/views"

export type Scan =
  | { readonly ok: true; readonly hostKey: string; readonly fingerprint: string; readonly keyType: string; readonly banner: string }
  | { readonly ok: false; readonly why: string }
export type Candidate = { readonly host: string; readonly port: number; readonly user: string; readonly hostKey: string }
export type Installed =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: "loginFailed" | "passwordLoginOff" | "nodeUnreachable" | "hostKeyChanged"; readonly why: string }
export type Checked =
  | { readonly ok: true; readonly hostname: string; readonly checks: readonly NodeCheck[] }
  | { readonly ok: false; readonly code: "loginFailed" | "nodeUnreachable" | "hostKeyChanged"; readonly why: string }

/** What a machine goes through before it is a node: nothing here knows of the database. */
export type Enrolment = {
  readonly scan: (host: string, port: number) => Promise<Scan>
  readonly installKey: (candidate: Candidate, password: string, publicKey: string) => Promise<Installed>
  readonly check: (
    candidate: Candidate,
    clusterId: string,
    peers: readonly { readonly name: string; readonly host: string; readonly port: number }[],
  ) => Promise<Checked>
  /** A new cluster's key: its public half, and the private one sealed. */
  readonly newKey: (comment: string) => { readonly publicKey: string; readonly privateKeySealed: string }
  readonly fingerprintOf: (hostKey: string) => string
}
