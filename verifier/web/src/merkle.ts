/** RFC 9162, 2.1.3.2 and 2.1.4.2. Sizes stay below 2^53, so there is no bit arithmetic on them. */
import { equal } from './bytes'
import { sm3 } from './sm3'

const node = (left: Uint8Array, right: Uint8Array): Uint8Array => sm3(Uint8Array.of(1), left, right)
const half = (number: number): number => Math.floor(number / 2)

export function leafHash(leaf: Uint8Array): Uint8Array {
  return sm3(Uint8Array.of(0), leaf)
}

export function included(leaf: Uint8Array, index: number, size: number, path: Uint8Array[], root: Uint8Array): boolean {
  if (index >= size) return false
  let at = index
  let last = size - 1
  let top = leaf
  for (const step of path) {
    if (last === 0) return false
    if (at % 2 || at === last) {
      top = node(step, top)
      while (at % 2 === 0 && at) [at, last] = [half(at), half(last)]
    } else {
      top = node(top, step)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && equal(top, root)
}

export function grew(old: number, oldRoot: Uint8Array, size: number, root: Uint8Array, path: Uint8Array[]): boolean {
  if (old <= 0 || old > size) return false
  if (old === size) return !path.length && equal(oldRoot, root)
  let power = old
  while (power % 2 === 0) power /= 2
  const steps = power === 1 ? [oldRoot, ...path] : path
  if (!steps.length) return false
  let at = old - 1
  let last = size - 1
  while (at % 2) [at, last] = [half(at), half(last)]
  let before = steps[0]!
  let after = before
  for (const step of steps.slice(1)) {
    if (last === 0) return false
    if (at % 2 || at === last) {
      before = node(step, before)
      after = node(step, after)
      while (at % 2 === 0 && at) [at, last] = [half(at), half(last)]
    } else {
      after = node(after, step)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && equal(before, oldRoot) && equal(after, root)
}
