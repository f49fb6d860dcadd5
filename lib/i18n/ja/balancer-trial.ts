import type { balancerTrial as en } from "../en/balancer-trial"

export const balancerTrial: typeof en = {
  trialPass: "keepalived は {real} を {server} に組み入れます",
  trialFail: "keepalived は {real} を {server} から外します",
  trialWeight: "keepalived は {real} の重みを {weight} にします",
  trialUnknown: "keepalived が {real} を組み入れるかどうかは分かりません",
}
