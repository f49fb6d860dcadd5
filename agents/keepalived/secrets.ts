/** Takes out of what keepalived prints the passwords that its file says: a message may repeat the word that it stumbled over. */
export function withoutSecrets(text: string): (said: string) => string {
  const found = [...text.matchAll(/\b(?:auth_pass|password|secret)[^\S\n]+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s{}]+))/g)]
  const words = [...new Set(found.map(([, a, b, c]) => a ?? b ?? c ?? ""))].filter((word) => word !== "")
  const longestFirst = words.toSorted((a, b) => b.length - a.length)
  return (said) => longestFirst.reduce((seen, word) => seen.replaceAll(word, "***"), said)
}
