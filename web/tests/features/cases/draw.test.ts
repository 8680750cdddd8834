import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { brokenLine, prove, recompute, weightOf } from '@/features/cases/draw'
import type { Commitment, Draw } from '@/features/cases/api'
import { keyedSm3, sm3 } from '@/shared/digest'

/** Made by the court's own code (tests/vectors/make.py). */
const vector = JSON.parse(readFileSync('tests/vectors/draws.json', 'utf-8')) as { commitments: Commitment[]; draws: Draw[] }
const [sole, collegial] = vector.draws as [Draw, Draw]

describe('a draw recomputed in the browser', () => {
  it('agrees with GB/T 32905 on SM3', () => {
    expect(sm3('abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
    expect(keyedSm3(new Uint8Array(32), '')).toHaveLength(64)
  })

  it('finds the judges and every step that the court published', () => {
    for (const draw of vector.draws) {
      const { chosen, steps } = recompute(draw.seed, draw.input_text)
      expect(chosen).toEqual(draw.chosen)
      expect(steps).toEqual(draw.steps)
    }
    expect(collegial.chosen).toHaveLength(3)
  })

  it('finds every check good on an honest draw', () => {
    for (const draw of vector.draws) expect(prove(draw)).toMatchObject({ holds: true })
  })

  it.each([
    ['seed', (draw: Draw) => ({ ...draw, seed: draw.seed.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) })],
    ['link', (draw: Draw) => ({ ...draw, commitment: { ...draw.commitment, at: '2026-03-01T00:00:00.000000Z' } })],
    ['before', (draw: Draw) => ({ ...draw, basis_at: '2026-03-02T01:02:03Z' })],
    ['same', (draw: Draw) => ({ ...draw, case_number: '（2026）京0499民初13号' })],
    ['weights', (draw: Draw) => ({ ...draw, input_text: draw.input_text.replace(/"weight":\d+/, '"weight":1') })],
    ['result', (draw: Draw) => ({ ...draw, chosen: [sole.input.candidates.find(({ id }) => id !== draw.chosen[0])!.id] })],
  ] as const)('notices a changed draw: %s', (check, change) => {
    const proof = prove(change(sole))
    expect(proof.results[check]).toBe(false)
    expect(proof.holds).toBe(false)
  })

  it('notices an excluded judge among the candidates', () => {
    const input = JSON.parse(sole.input_text)
    input.exclusions[0].who = input.candidates[0].id
    expect(prove({ ...sole, input_text: JSON.stringify(input) }).results.apart).toBe(false)
  })

  it('rounds weights down, never below one', () => {
    expect(weightOf(1000, 3)).toBe(869565)
    expect(weightOf(0, 1000)).toBe(1)
  })

  it('names the first broken line of the list of commitments', () => {
    expect(brokenLine(vector.commitments)).toBeNull()
    const [first, second, third] = vector.commitments as [Commitment, Commitment, Commitment]
    expect(brokenLine([first, { ...second, commitment: third.commitment }, third])).toBe(2)
    expect(brokenLine([first, third])).toBe(3)
    expect(brokenLine([second, third], first)).toBeNull()
  })
})
