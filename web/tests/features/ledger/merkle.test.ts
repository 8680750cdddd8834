import { describe, expect, it } from 'vitest'
import vectors from '../../vectors/growth.json'
import { headOfNote, isConsistent } from '@/features/ledger/merkle'

type Vector = (typeof vectors)[number]
const holds = (one: Vector, changed: Partial<Vector> = {}): boolean => {
  const v = { ...one, ...changed }
  return isConsistent(v.old, v.new, v.old_root, v.new_root, v.path)
}
const flipped = (hash: string, at: number): string => hash.slice(0, at) + (hash[at] === '0' ? '1' : '0') + hash.slice(at + 1)

describe('the proof that a log only grew', () => {
  it.each(vectors.map((one) => [`${one.old} to ${one.new}`, one] as const))('holds as the engine made it: %s', (_name, one) => {
    expect(holds(one)).toBe(true)
  })

  it.each(vectors.map((one) => [`${one.old} to ${one.new}`, one] as const))('fails with anything changed: %s', (_name, one) => {
    expect(holds(one, { old_root: flipped(one.old_root, 5) })).toBe(false)
    expect(holds(one, { new_root: flipped(one.new_root, 60) })).toBe(false)
    expect(holds(one, { path: [...one.path, one.new_root] })).toBe(false)
    one.path.forEach((hash, index) => {
      expect(holds(one, { path: one.path.map((each, at) => (at === index ? flipped(hash, 0) : each)) })).toBe(false)
      expect(holds(one, { path: one.path.filter((_, at) => at !== index) })).toBe(false)
    })
    if (one.old !== one.new) {
      expect(holds(one, { path: [] })).toBe(false)
      expect(holds(one, { old: one.new, new: one.old })).toBe(false)
    }
  })

  it('refuses sizes and hashes that are none', () => {
    const [one] = vectors
    expect(holds(one!, { old: 0 })).toBe(false)
    expect(holds(one!, { old: 1.5 })).toBe(false)
    expect(holds(one!, { old_root: one!.old_root.toUpperCase(), new_root: one!.new_root.toUpperCase() })).toBe(false)
    expect(isConsistent(2, 3, vectors[3]!.old_root, vectors[3]!.new_root, ['00'])).toBe(false)
  })
})

describe('a checkpoint that somebody kept', () => {
  const root = 'vT7uboFcSBr1rrCb2E100lZnqqPtqFMbFnvtl/mwPoc='
  it('is read from its note', () => {
    expect(headOfNote(`a.ledger/works\n2\n${root}\nheight 2\n\n— court-node abc\n`)).toEqual({
      origin: 'a.ledger/works', size: 2, height: 2, root: 'bd3eee6e815c481af5aeb09bd84d74d25667aaa3eda8531b167bed97f9b03e87',
    })
  })

  it.each(['', 'a\nb\nc\nd', `a\n2\n${root}`, `a\n2\nAAAA\nheight 2`, `a\n-2\n${root}\nheight 2`])('is nothing else: %j', (note) => {
    expect(headOfNote(note)).toBeNull()
  })
})
