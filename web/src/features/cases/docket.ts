/** Checks an exported docket in the browser, without the court's server: the same checks as `tianping docket verify`. */
import { canonical, sm3 } from '@/shared/digest'

export const format = 'tianping-docket/1'

export type Code =
  | 'ok' | 'not-json' | 'not-a-docket' | 'no-entries' | 'shape' | 'hash' | 'order' | 'prev' | 'time' | 'disclosed'
  | 'head' | 'digest' | 'not-canonical'

export interface FileEntry {
  seq: number
  at: string
  kind: string
  actor: string
  text: { zh: string; en: string }
  hash: string
  restricted: unknown
  disclosed?: unknown
}

/** `entry` is the number of the first entry that does not fit; null when all fit, or when it is the file as a whole. */
export interface Finding {
  good: boolean
  code: Code
  entry: number | null
  number: string
  entries: FileEntry[]
  head: string
  exportedAt: string
}

const fields = ['case_id', 'seq', 'at', 'kind', 'actor', 'text', 'articles', 'references', 'restricted', 'prev', 'hash']
const start = '0'.repeat(64)

type Shape = Record<string, unknown>

function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function verifyDocket(bytes: Uint8Array): Finding {
  const finding = { good: false, entry: null, number: '', entries: [] as FileEntry[], head: '', exportedAt: '' }
  let text: string
  let content: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    content = JSON.parse(text)
  } catch {
    return { ...finding, code: 'not-json' }
  }
  if (!isShape(content) || content.format !== format) return { ...finding, code: 'not-a-docket' }
  if (!Array.isArray(content.entries)) return { ...finding, code: 'no-entries' }
  const found = {
    ...finding,
    number: String(content.number ?? ''),
    exportedAt: String(content.exported_at ?? ''),
    entries: content.entries as FileEntry[],
  }
  let prev = start
  let at = ''
  for (const [index, entry] of content.entries.entries()) {
    const wrong = wrongIn(entry, index + 1, String(content.case_id), prev, at)
    if (wrong) return { ...found, code: wrong, entry: index + 1, head: prev }
    prev = (entry as FileEntry).hash
    at = (entry as FileEntry).at
  }
  found.head = prev
  if (canonical(content.head) !== canonical({ seq: content.entries.length, hash: prev })) return { ...found, code: 'head' }
  const { digest, ...rest } = content
  if (sm3(canonical(rest)) !== digest) return { ...found, code: 'digest' }
  if (canonical(content) !== text) return { ...found, code: 'not-canonical' }
  return { ...found, good: true, code: 'ok' }
}

function wrongIn(entry: unknown, position: number, caseId: string, prev: string, at: string): Code | null {
  if (!isShape(entry)) return 'shape'
  const keys = Object.keys(entry).filter((key) => key !== 'disclosed')
  if (keys.length !== fields.length || !fields.every((field) => field in entry)) return 'shape'
  if (typeof entry.hash !== 'string' || typeof entry.at !== 'string') return 'shape'
  const { hash, disclosed, ...bare } = entry
  if (sm3(canonical(bare)) !== hash) return 'hash'
  if (entry.seq !== position || entry.case_id !== caseId) return 'order'
  if (entry.prev !== prev) return 'prev'
  if (entry.at < at) return 'time'
  if (disclosed !== undefined && disclosed !== null) {
    if (!isShape(entry.restricted) || sm3(canonical(disclosed)) !== entry.restricted.digest) return 'disclosed'
  }
  return null
}
