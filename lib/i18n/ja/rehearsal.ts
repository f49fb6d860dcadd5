import type { rehearsal as en } from "../en/rehearsal"

export const rehearsal: typeof en = {
  title: "起動可否の事前確認",
  text: "各ノードのプログラム、パッケージ、設定ファイル、マウント先、アドレス、自動起動を確認。ノードには変更を加えない。1 日 1 回と、指示したとき。",
  check: "今すぐ確認",
  never: "未確認。",
  at: "{age} 前に確認",
  verdicts: { ready: "起動可能", warnings: "起動可能(差異あり)", notReady: "起動不可", unknown: "不明" },
  cell: { ready: "事前確認: 起動可能", warnings: "事前確認: 差異あり", notReady: "事前確認: 起動不可", unknown: "事前確認: 不明" },
  findings: {
    notSeen: "{resource}: ノードが応答しない",
    programMissing: "{resource}: ユニット、スクリプトまたはエージェントがない",
    validateFailed: "{resource}: エージェントがパラメータを拒否: {detail}",
    packageMissing: "{resource}: {reference} にあるパッケージ {package} がない",
    packageDiffers: "{resource}: ここは {package}、{reference} は {other}",
    fileDiffers: "{resource}: {path} が {reference} と異なる",
    fileMissing: "{resource}: {reference} にある {path} がない",
    fileExtra: "{resource}: {path} が {reference} にはない",
    modeDiffers: "{resource}: {path} の属性がここは {mode}、{reference} は {other}",
    manyDiffer: "{resource}: ほか {n} 個のファイルが {reference} と異なる",
    tooManyFiles: "{resource}: ファイルが多く、すべては確認していない",
    startsAtBoot: "{resource}: ノードの起動時に自動で起動する",
    mountPointMissing: "{resource}: マウント先のディレクトリ {path} がない",
    deviceMissing: "{resource}: デバイス {path} がない",
    addressOutside: "{resource}: {ip} はこのノードのどのネットワークにも属さない",
  },
}
