import type { domains as en } from "../en/domains"

export const domains: typeof en = {
  title: "フェイルオーバードメイン",
  add: "フェイルオーバードメインを追加",
  newTitle: "フェイルオーバードメインの追加",
  editTitle: "{name} の変更",
  text: "どのノードがサービスを引き受け、どのノードを優先するか。変更は次の出来事のときに使われ、変更だけでは何も移動しません。",
  none: "フェイルオーバードメインはありません。どのサービスもすべてのノードで稼働できます。",
  name: "名前",
  ordered: "優先順位あり",
  orderedHint: "優先度の数字が最も小さいメンバを優先",
  restricted: "限定",
  restrictedHint: "メンバ以外のノードでは稼働しない",
  nofailback: "自動で戻さない",
  nofailbackHint: "優先度の高いノードが復帰しても、稼働中のサービスは移動しない",
  members: "メンバ",
  isMember: "{node} をメンバにする",
  priorityOf: "{node} の優先度",
  usedBy: "使用中: {services}",
  unused: "未使用",
  remove: "削除",
}
