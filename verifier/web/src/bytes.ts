/** Bytes, texts and their one way of writing. */
import { Fault } from './fault'

export type Bytes = Uint8Array<ArrayBuffer>

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export function join(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at])
}

/** As `sorted` of bytes: by the first byte that differs, then by length. */
export function compare(left: Uint8Array, right: Uint8Array): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = left[at]! - right[at]!
    if (difference) return difference
  }
  return left.length - right.length
}

export function hex(content: Uint8Array): string {
  return Array.from(content, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function fromHex(text: string): Bytes | null {
  const plain = text.replace(/[\s:]/g, '').toLowerCase()
  if (!plain || !/^(?:[0-9a-f]{2})+$/.test(plain)) return null
  return Uint8Array.from(plain.match(/../g)!, (pair) => Number.parseInt(pair, 16))
}

/** Base64 in its one form: padded, unused bits zero. */
export function fromBase64(text: string, reason: string): Bytes {
  if (!BASE64.test(text)) throw new Fault(reason)
  const plain = atob(text)
  if (btoa(plain) !== text) throw new Fault(reason)
  return Uint8Array.from(plain, (character) => character.charCodeAt(0))
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes
}

export function fromUtf8(content: Uint8Array, reason: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    throw new Fault(reason)
  }
}

export function bigEndian(content: Uint8Array): bigint {
  return content.length ? BigInt(`0x${hex(content)}`) : 0n
}
