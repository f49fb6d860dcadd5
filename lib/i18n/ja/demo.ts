import type { demo as en } from "../en/demo"

export const demo: typeof en = {
  title: "障害を起こす",
  text: "ここにあるのは模擬ノードです。何かを壊して、全体の画面で様子を見てください。",
  powerOff: "{node} の電源を切る",
  powerOn: "{node} の電源を入れる",
  unplug: "{node} のケーブルを抜く",
  plug: "{node} のケーブルを挿す",
  on: "電源あり",
  off: "電源なし",
  plugged: "接続",
  unplugged: "未接続",
  stopUnit: "{node} の {unit} を停止",
  units: "ユニット",
  running: "稼働中",
  stopped: "停止",
  watch: "全体へ",
}
