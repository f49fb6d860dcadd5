import type { resources as en } from "../en/resources"

export const resources: typeof en = {
  title: "共有リソース",
  text: "クラスタで 1 度だけ定義し、サービスから名前で使う。通常はサービスの中で定義する。",
  formText: "使用中のサービスが停止しているときに変更できる。",
  add: "共有リソースを追加",
  newTitle: "共有リソースの追加",
  editTitle: "{name} の変更",
  none: "共有リソースはありません。",
  kind: "種類",
  usedBy: "{service} が使用",
  unused: "未使用",
  remove: "削除",
}
