import type { Fact } from './api'

/** What was stated, as the server reads it: true, false or a place; what was left open is left out. */
export function statedLinks(facts: readonly Fact[], stated: Readonly<Record<string, string>>): Record<string, boolean | string> {
  const links: Record<string, boolean | string> = {}
  for (const { id, kind } of facts) {
    const value = stated[id]?.trim()
    if (value) links[id] = kind === 'bool' ? value === 'yes' : value
  }
  return links
}
