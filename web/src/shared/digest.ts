/** SM3 (GB/T 32905-2016) and the canonical JSON text, so that a page proves by itself what the court publishes. */
import { sm3 as digest } from 'sm-crypto-v2'

/** SM3 as 64 lower-case hexadecimal digits; text as UTF-8. */
export function sm3(message: Uint8Array | string): string {
  return digest(typeof message === 'string' ? new TextEncoder().encode(message) : message)
}

/** HMAC-SM3 (RFC 2104) as hexadecimal digits. */
export function keyedSm3(key: Uint8Array, message: string): string {
  return digest(new TextEncoder().encode(message), { key, mode: 'hmac' })
}

export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** The one JSON text of a value that digests are made over: keys in the order of their code points, no white space. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([left], [right]) => byCodePoint(left, right))
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`
}

function byCodePoint(left: string, right: string): number {
  const a = [...left]
  const b = [...right]
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = a[index]!.codePointAt(0)! - b[index]!.codePointAt(0)!
    if (difference) return difference
  }
  return a.length - b.length
}
