export class Failed extends Error {
  last: string
}
export function run(
  what: string,
  command: string,
  args: readonly string[],
  options?: { readonly env?: Record<string, string>; readonly isShown?: boolean; readonly advice?: string },
): Promise<string>
