import type { alertLanguages } from "../domain/alert-channel"
import { type AlertKind, type AlertPhase, alertPath } from "../domain/alerts"

/** What a webhook gets as JSON; the mail says the same. `id` is the same in every attempt, so that a receiver can drop what it has. */
export type Message = {
  readonly id: string
  readonly cluster: string
  readonly kind: AlertKind | "test"
  readonly phase: AlertPhase | "test"
  /** A node's or a service's name, "node/device", or empty for the cluster. */
  readonly subject: string
  readonly text: string
  /** When it began, ms since the epoch. */
  readonly sinceMs: number
  /** null: the panel does not know its own address (MOYAI_PUBLIC_URL). */
  readonly link: string | null
}
export type Language = (typeof alertLanguages)[number]
type Words = Readonly<Record<AlertKind, Readonly<Record<AlertPhase, (subject: string) => string>>>>

const words: Readonly<Record<Language, Words & { readonly test: string; readonly at: (cluster: string, text: string) => string }>> = {
  en: {
    nodeLost: { began: (n) => `node ${n} is lost`, over: (n) => `node ${n} is no longer lost` },
    serviceBlocked: {
      began: (s) => `service ${s} is blocked: it waits until its node is known to be off`,
      over: (s) => `service ${s} is no longer blocked`,
    },
    serviceFailed: { began: (s) => `service ${s} has failed`, over: (s) => `service ${s} is no longer failed` },
    deviceTestFailed: {
      began: (d) => `the last test of fence device ${d} failed`,
      over: (d) => `the last test of fence device ${d} did not fail`,
    },
    quorumAtRisk: {
      began: () => "the majority is gone, or goes with the next member",
      over: () => "the majority is no longer at risk",
    },
    test: "this is a test: alerts to this channel arrive",
    at: (cluster, text) => `${cluster}: ${text}`,
  },
  ja: {
    nodeLost: { began: (n) => `ノード ${n} を喪失しています`, over: (n) => `解消: ノード ${n} の喪失` },
    serviceBlocked: {
      began: (s) => `サービス ${s} がブロックされています (ノードの停止確認待ち)`,
      over: (s) => `解消: サービス ${s} のブロック`,
    },
    serviceFailed: { began: (s) => `サービス ${s} が失敗しています`, over: (s) => `解消: サービス ${s} の失敗` },
    deviceTestFailed: {
      began: (d) => `フェンスデバイス ${d} の直近のテストが失敗しました`,
      over: (d) => `解消: フェンスデバイス ${d} のテスト失敗`,
    },
    quorumAtRisk: {
      began: () => "クォーラムが不成立、またはあと 1 台で不成立になります",
      over: () => "解消: クォーラムの危険",
    },
    test: "これはテストです。この通知先に届いています",
    at: (cluster, text) => `${cluster}: ${text}`,
  },
}

type About = {
  readonly id: string
  readonly cluster: { readonly id: string; readonly name: string }
  readonly kind: AlertKind
  readonly phase: AlertPhase
  readonly subject: string
  readonly sinceMs: number
}
export const messageOf = ({ id, cluster, kind, phase, subject, sinceMs }: About, language: Language, publicUrl?: string): Message => ({
  ...{ id, cluster: cluster.name, kind, phase, subject, sinceMs },
  text: words[language].at(cluster.name, words[language][kind][phase](subject)),
  link: publicUrl === undefined ? null : `${publicUrl}${alertPath(cluster.id, kind, subject)}`,
})
export const testMessage = (id: string, language: Language, sinceMs: number, publicUrl?: string): Message => ({
  ...{ id, cluster: "", kind: "test", phase: "test", subject: "", sinceMs },
  text: words[language].at("Moyai", words[language].test),
  link: publicUrl ?? null,
})
