/** What became of a health check that was tried once. */
export const balancerTrial = {
  trialPass: "keepalived would take {real} into {server}",
  trialFail: "keepalived would take {real} out of {server}",
  trialWeight: "keepalived would give {real} the weight {weight}",
  trialUnknown: "Whether keepalived would take {real} is not known",
}
