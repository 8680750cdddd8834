/** Bytes, moments to the second and storage numbers, as this feature writes and reads them. */
import type { Language } from '@/shared/preferences'
import { dayInWords, courtDay } from '@/shared/format/day'

export function bytesInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(bytes < 10 * 1024 ? 1 : 0)} KB`
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(1)} MB` : `${(bytes / 1024 ** 3).toFixed(2)} GB`
}

/** A moment in court time to the second: what a time of storage is about. `2026年11月22日 17:00:21`. */
export function momentInWords(instant: string, language: Language): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return instant
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false,
  }).format(at)
  const day = dayInWords(courtDay(at), language, { year: true }).replace(/^\S+ /, '')
  return language === 'en' ? `${day}, ${time}` : `${day} ${time}`
}

/** A storage number out of what was typed, pasted or scanned: alone, in an address, in full-width letters or small ones. */
export function numberIn(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[‐-―−]/g, '-').toUpperCase()
  return /TP\d-[A-Z0-9]+-\d{8}-\d{9,}-[0-9A-Z]{2}/.exec(plain.replace(/%2D/g, '-').replace(/\s+/g, ''))?.[0] ?? null
}

/** The code of a shared deposit out of a scanned address. */
export function sharedCodeIn(text: string): string | null {
  return /\/shared\/([0-9A-Z]{20,40})\b/i.exec(text)?.[1]?.toUpperCase() ?? null
}

export interface BundleParts {
  number: string
  /** Hexadecimal; null in a bundle without its opening. */
  salt: string | null
}

/** What a proof bundle says of number and salt; null when the text is no bundle. */
export function partsOfBundle(text: string): BundleParts | null {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return null
  }
  const bundle = content as { format?: unknown; number?: unknown; opening?: { salt?: unknown } | null } | null
  if (bundle?.format !== 'tianping-proof/1' || typeof bundle.number !== 'string') return null
  const salt = bundle.opening?.salt
  if (typeof salt !== 'string') return { number: bundle.number, salt: null }
  try {
    return { number: bundle.number, salt: [...atob(salt)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('') }
  } catch {
    return null
  }
}
