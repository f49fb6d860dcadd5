/** Why a file cannot be read: lines count from 1; `code` is stable, `text` is for people. */
export type Unreadable = { readonly line: number; readonly code: string; readonly text: string }
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Unreadable }
