import type { shell as en } from "../en/shell"

export const shell: typeof en = {
  overview: "全体",
  services: "サービス",
  nodes: "ノード",
  domains: "フェイルオーバードメイン",
  activity: "履歴",
  timeline: "タイムライン",
  settings: "設定",
  demo: "障害を起こす",
  live: "接続中",
  notLive: "未接続: 表示は古くなります",
  theme: "明るい/暗い表示",
  language: "English",
  languageLabel: "英語に切り替え",
  menu: "メニュー",
  skip: "本文へ",
  cluster: "クラスタ",
  nodesCount: "{n} ノード",
  demoTag: "デモ",
}
