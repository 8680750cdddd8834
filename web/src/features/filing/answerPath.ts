/** Answers by path (`facts.order_no`, `defendants`), the same groups as the server compares between devices. */
import type { Answers } from './api'

const split = new Set(['facts', 'links', 'wishes'])

/** What one save replaces: `facts.order_no` by itself, a list of parties, claims, events or exhibits as a whole. */
export function groupOf(path: string): string {
  const names = path.split('.')
  return split.has(names[0]!) ? names.slice(0, 2).join('.') : names[0]!
}

export function valueAt(answers: Answers, path: string): unknown {
  let found: unknown = answers
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found
}

/** The answers with one group replaced; null takes an answer out. */
export function withAnswer(answers: Answers, path: string, value: unknown): Answers {
  const [first, second] = groupOf(path).split('.') as [keyof Answers, string?]
  if (!second) return { ...answers, [first]: value ?? undefined }
  const held = { ...((answers[first] ?? {}) as Record<string, unknown>) }
  if (value === null || value === undefined) delete held[second]
  else held[second] = value
  return { ...answers, [first]: held }
}

/** Whether two answers say the same: absent, null, empty text and empty list are all "nothing". */
export function sameAnswer(one: unknown, other: unknown): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other))
}

function plain(value: unknown): unknown {
  if (value === undefined || value === '' || value === null) return null
  if (Array.isArray(value)) return value.length ? value.map(plain) : null
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, entry]) => [key, plain(entry)] as const).filter(([, entry]) => entry !== null)
    return entries.length ? Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) : null
  }
  return value
}
