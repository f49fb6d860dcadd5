import type { doctor as en } from "../en/doctor"

export const doctor: typeof en = {
  bothHold:
    "{nodes} の両方が {address} をインターフェースに持っています。両方が ARP に答えるため、クライアントはその都度どちらかにつながり、接続が切れます。VRRP の広告が互いに届いていません。",
  noneHolds: "{address} を持つロードバランサがありません。応答するものがなく、このアドレスへの接続はすべて失敗します。",
  addressOutside:
    "{address} は {node} の {interface} のどのネットワークにも属していません。同じセグメントのマシンはこのアドレス宛てをルータに送り、ルータは行き先を知りません。",
  vridClash:
    "{other} も {interface} に virtual_router_id {id} のインスタンスを持っています。同じセグメントでは互いの広告を自分のものとみなし、マスタを奪い合います。",
  keepalivedMissing: "{node} に keepalived がインストールされていません。IPVS の設定、死活監視、引き継ぎのどれも行われません。",
  keepalivedStopped: "{node} で keepalived が動いていません ({state})。死活監視を行わず、引き継ぎもしません。",
  notAtBoot: "{node} の keepalived は自動起動しません。次の再起動後は、誰かが起動するまでロードバランサになりません。",
  fileDiffers: "{node} の keepalived.conf がパネルの版と {n, plural, other {# か所}}異なります。動いているのはファイルの設定です。",
  moduleMissing: "{node} のカーネルに ip_vs モジュールがありません。負荷分散はできません。",
  moduleNotLoaded: "{node} で ip_vs が読み込まれていません。読み込むまでカーネルは振り分けを行いません。",
  schedulerMissing:
    "{services} が使う振り分け方式 {scheduler} が {node} のカーネルにありません。ipvsadm では拒否され、keepalived ではログに 1 行出るだけで wlc になります。",
  syncFamilies:
    "接続同期デーモンが扱えるアドレスは 1 種類だけですが、{services} には別の種類のリアルサーバがあります。IPVS はどちらかを拒否し、モジュールの版が違うという紛らわしいメッセージを出します。",
  syncIdDiffers:
    "{nodes} の接続同期デーモンの ID が異なります ({first} と {second})。互いに相手の情報を捨てるため、引き継ぎですべての接続が切れます。",
  syncInterfaceDiffers:
    "{nodes} の接続同期デーモンのインターフェースが異なります ({first} と {second})。同じセグメントになければ何も届かず、引き継ぎですべての接続が切れます。",
  syncNotRunning: "{node} で接続同期デーモンが動いていません。接続が写されず、引き継ぎですべての接続が切れます。",
  forwardOff:
    "{node} の {sysctl} が 0 です。NAT ではリアルサーバの応答がロードバランサを通りますが、ここで捨てられ、クライアントに届きません。",
  portMapped:
    "{service} は {server} のポート {asked} を指定しています。ダイレクトルーティングとトンネリングではパケットを書き換えないため、ポートは {port} のままです。カーネルは黙って {port} にしています。ポートを変えられるのは NAT だけです。",
  weightsZero: "{service} のリアルサーバの重みがすべて 0 です。新しい接続はどこにも振り分けられません。",
  noneServing: "{service} のリアルサーバが 1 台も残っていません。死活監視ですべて切り離され、接続は拒否されます。",
  serviceMissing: "{service} が {node} のカーネルの表にありません。このサービス宛てのパケットは振り分けられません。",
  tableDiffers:
    "{node} のカーネルの表の {service} がパネルの版と異なります。表の持ち主は keepalived だけで、ipvsadm での変更は次の再読み込みで失われます。",
  checkFails: "{service} の {server} は切り離されています。いま {node} から死活監視を行っても失敗します。出力は下のとおりです。",
  outThough:
    "{service} の {server} は {node} で使われていませんが、いま {node} からの死活監視は成功します。keepalived は {seconds} 秒ごとに確認します。それより長く戻らなければ、誰かが ipvsadm で外しています。下のコマンドで戻せます。",
  loIsNotVip:
    "{node} の lo のアドレスは {found} ですが、サービスのアドレスは {vip} です。ダイレクトルーティングでは {vip} 宛てのパケットが届きますが、{node} はこのアドレスを持たず、応答せずに捨てます。",
  vipMissing:
    "{node} が {vip} を持っていません。死活監視は {server} を見るため正常に見えますが、ダイレクトルーティングで届くのは {vip} 宛てのパケットで、{node} は応答せずに捨てます。",
  vipOnLink:
    "{node} が {vip} をネットワーク側の {interface} に持っています。arp_ignore は効かず、ロードバランサと同じように {vip} の ARP に答えます。このアドレスは lo に置きます。",
  wrongMask:
    "{node} の lo の {vip} のマスクが {found} です。{wanted} でなければなりません。このままではネットワーク全体を自分のアドレスとみなし、その中のどのマシンにも応答しません。",
  arpNotQuiet:
    "{node} は {vip} を持っていますが、ARP に答えない設定 (arp_ignore 1, arp_announce 2) がありません。クライアントがロードバランサを通らずに {node} につながるか、時々しかつながりません。",
  arpTwo:
    "{asker} から見て、{address} の ARP に 2 台が答えています: {machines}。クライアントは先に答えた方を覚えるため、一部がロードバランサを通りません。",
  arpWrong: "{asker} から見て、{address} の ARP に答えているのはロードバランサではなく {machines} です。クライアントはそこにつながります。",
  arpNobody: "{asker} から見て、{address} の ARP に答えるマシンがありません。このセグメントのどのマシンからも届きません。",
  notPersistent: "{vip} は今 {node} に設定されていますが、再設定するものが見当たりません。再起動すると失われます。",
  otherSubnet:
    "{server} は {node} のどのネットワークにも属していません。ダイレクトルーティングではパケットにリアルサーバの MAC を付けるため、同じセグメントにある必要があります。ルータ越しでは届きません。",
  natGateway:
    "{node} のデフォルトゲートウェイは {found} で、ロードバランサではありません。NAT では {server} の応答がロードバランサを通って戻る必要があります。通らなければクライアントの知らないアドレスからの応答となり、捨てられます。",
  natGatewayFixed:
    "{node} のデフォルトゲートウェイは {found} で、1 台のロードバランサの固有のアドレスです。引き継ぎ後も応答はそこに送られます。",
  filterDrops: "{node} のパケットフィルタが {protocol} ポート {port} への着信を捨てています ({chain})。{service} に届きません。",
  notListening: "{node} の {protocol} ポート {port} で待ち受けているプログラムがありません。{service} への接続は拒否されます。",
  listensElsewhere:
    "{node} の {protocol} ポート {port} はほかのアドレスでだけ待ち受けています ({found})。{service} のパケットは {address} 宛てに届いて拒否されますが、そのマシン自身のアドレスへの死活監視は成功します。",
  well: {
    bothHold: "2 台のロードバランサが持つアドレスはない",
    noneHolds: "すべてのアドレスをロードバランサが持つ",
    addressOutside: "アドレスがインターフェースのネットワークに属する",
    vridClash: "同じ VRID のロードバランサはほかにない",
    keepalivedMissing: "keepalived はインストール済み",
    keepalivedStopped: "keepalived は稼働中",
    notAtBoot: "keepalived は自動起動する",
    fileDiffers: "ファイルはパネルの版と同じ",
    moduleMissing: "カーネルに ip_vs がある",
    moduleNotLoaded: "ip_vs は読み込み済み",
    schedulerMissing: "カーネルに振り分け方式がある",
    syncFamilies: "接続同期のアドレスは 1 種類",
    syncIdDiffers: "接続同期の ID は同じ",
    syncInterfaceDiffers: "接続同期のインターフェースは同じ",
    syncNotRunning: "接続同期デーモンは稼働中",
    forwardOff: "ロードバランサはパケットを転送する",
    portMapped: "変えられないポートの変更はない",
    weightsZero: "重みが 0 でないリアルサーバがある",
    noneServing: "どのサービスにもリアルサーバがある",
    serviceMissing: "すべてのサービスが表にある",
    tableDiffers: "カーネルの表はパネルの版と同じ",
    checkFails: "失敗している死活監視はない",
    outThough: "死活監視が通るのに外れているリアルサーバはない",
    loIsNotVip: "lo のアドレスはサービスのアドレス",
    vipMissing: "リアルサーバはサービスのアドレスを持つ",
    vipOnLink: "サービスのアドレスはネットワーク側にない",
    wrongMask: "lo のマスクは 1 台分",
    arpNotQuiet: "リアルサーバは ARP に答えない設定",
    arpTwo: "ARP に答えるのは 1 台",
    arpWrong: "ARP に答えるのはロードバランサ",
    arpNobody: "ARP に答えるマシンがある",
    notPersistent: "サービスのアドレスは再起動後も残る",
    otherSubnet: "リアルサーバはロードバランサと同じセグメント",
    natGateway: "デフォルトゲートウェイはロードバランサ",
    natGatewayFixed: "デフォルトゲートウェイは引き継がれるアドレス",
    filterDrops: "パケットフィルタは通す",
    notListening: "すべてのポートで待ち受けている",
    listensElsewhere: "サービスのアドレスで待ち受けている",
  },
  notSeen: {
    factMissing: "{node} を確認できていません ({fact})。",
    factOld: "{node} の値は {seconds} 秒前のもので ({fact})、古いため対象外です。",
    readApart: "2 台を確認した時刻が離れており、{address} をどちらが持つか判断できません。",
    notManaged: "{address} はパネルのノードではなく、確認できません。",
    filterUnreadable: "{node} のパケットフィルタを読み取れません。",
    filterUnclear: "{node} のパケットフィルタの動作は、ルールだけでは判断できません。",
    arpNotAsked: "{address} の ARP に誰が答えるかを確認していません。",
    addressUnknown: "{service} のアドレスを個別に特定できません。",
    listenersUnknown: "{node} で待ち受けているプログラムを読み取れません。",
    keptElsewhere: "{node} の再起動後に {address} が残るか不明です。パネルのファイルではありません。",
    checkNotTried: "{server}: ここから試していない死活監視があります（プログラムを実行するものと、9 件目以降は試しません）。",
    groupNotCompared: "グループのサービスは表と比較していません。",
    driftUnknown: "{node} のファイルを読み取っていません。",
    stateUnknown: "{node} の keepalived が稼働中か判断できません。",
    interfaceUnknown: "{node} の {interface} にネットワークがありません。",
    noActive: "どちらのロードバランサの表を見るべきか不明です。",
    perhapsMasqueraded: "{node} には送信元アドレスを書き換えるルールがあります。{server} の応答にゲートウェイが必要か判断できません。",
    machineUnknown: "{address} に答える {mac} がどのマシンか不明です。",
  },
}
