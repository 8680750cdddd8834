/** The tree over a chain's log as RFC 6962 shapes it, with SM3: checks here, in the browser, that a log only grew. */
import { bytesOfHex, sm3 } from '@/shared/digest'

function nodeHash(left: string, right: string): string {
  return sm3(Uint8Array.from([1, ...bytesOfHex(left), ...bytesOfHex(right)]))
}

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/**
 * Whether the tree of `old` entries with `oldRoot` is the beginning of that of `current` entries with `newRoot`: RFC 9162,
 * 2.1.4.2. Roots and path are hexadecimal. Sizes beyond 2^53 are not met with.
 */
export function isConsistent(old: number, current: number, oldRoot: string, newRoot: string, path: readonly string[]): boolean {
  if (![oldRoot, newRoot, ...path].every(isHash)) return false
  if (!Number.isSafeInteger(old) || !Number.isSafeInteger(current) || old < 1 || old > current) return false
  if (old === current) return path.length === 0 && oldRoot === newRoot
  if (path.length === 0) return false
  const proof = [...path]
  // A complete subtree is its own proof.
  if (isPowerOfTwo(old)) proof.unshift(oldRoot)
  let fn = old - 1
  let sn = current - 1
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  let fr = proof[0]!
  let sr = proof[0]!
  for (const hash of proof.slice(1)) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr)
      sr = nodeHash(hash, sr)
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2)
        sn = Math.floor(sn / 2)
      }
    } else {
      sr = nodeHash(sr, hash)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return fr === oldRoot && sr === newRoot && sn === 0
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count)) && 2 ** Math.log2(count) === count
}

export interface NoteHead {
  origin: string
  size: number
  root: string
  height: number
}

/** The head of a checkpoint's note (docs/ledger-format.md, section 4); null when it is none. Co-signatures are not checked. */
export function headOfNote(note: string): NoteHead | null {
  const [origin = '', size = '', root = '', height = ''] = note.trim().split(/\r?\n/)
  if (!origin || !/^\d{1,15}$/.test(size) || !/^height \d{1,15}$/.test(height)) return null
  try {
    const bytes = [...atob(root)].map((byte) => byte.charCodeAt(0))
    if (bytes.length !== 32) return null
    return { origin, size: Number(size), root: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''), height: Number(height.slice(7)) }
  } catch {
    return null
  }
}
