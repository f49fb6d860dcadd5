/** `*` and `?` as the shell has them, and the last part of a path for the whole: an include is relative to its file. */
export function isMatch(pattern: string, name: string): boolean {
  if (pattern === "") return false
  return matches(pattern, name) || matches(pattern.replace(/^\.\//, ""), name)
}
/** In time of both lengths: the last star alone is tried again. */
function matches(pattern: string, name: string): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0]
  while (n < name.length) {
    if (p < pattern.length && pattern[p] !== "*" && (pattern[p] === "?" || pattern[p] === name[n])) [p, n] = [p + 1, n + 1]
    else if (pattern[p] === "*") [star, mark, p] = [p, n, p + 1]
    else if (star >= 0 && name[mark] !== "/") [p, mark, n] = [star + 1, mark + 1, mark + 1]
    else return false
  }
  return [...pattern.slice(p)].every((c) => c === "*")
}
