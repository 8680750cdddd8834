/**
 * A draw of judges recomputed in the browser, from what the court publishes alone.
 *
 * Block `c` is HMAC-SM3(seed, input + "\n" + c), a number below 2^256. With `total` the sum of the weights that are left, a
 * block at or above the greatest multiple of `total` is rejected; else `block mod total` falls into a candidate's share,
 * candidates in the order of their pseudonyms. Who is chosen leaves; the counter goes on.
 */
import type { Draw } from './api'
import { bytesOfHex, canonical, keyedSm3, sm3 } from '@/shared/digest'

export interface Step {
  counter: number
  block: string
  total: number
  value: number | null
  chosen: string | null
}

interface Candidate {
  id: string
  load_weight: number
  open_cases: number
  weight: number
}

interface Input {
  case_number: string
  ordinal: number
  commitment: number
  seats: number
  candidates: Candidate[]
  exclusions: { who: string; reason: string }[]
}

const space = 1n << 256n
const halfLoad = 20

export class TooFewJudges extends Error {}

/** Those drawn, in order, and every step. Throws `TooFewJudges`. */
export function recompute(seed: string, text: string): { chosen: string[]; steps: Step[] } {
  const given = JSON.parse(text) as Input
  const left = new Map([...given.candidates].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, weight }) => [id, weight]))
  if (left.size < given.seats) throw new TooFewJudges()
  const key = bytesOfHex(seed)
  const chosen: string[] = []
  const steps: Step[] = []
  for (let counter = 0; chosen.length < given.seats; counter++) {
    const total = [...left.values()].reduce((sum, share) => sum + share, 0)
    const block = keyedSm3(key, `${text}\n${counter}`)
    const number = BigInt(`0x${block}`)
    if (number >= space - (space % BigInt(total))) {
      steps.push({ counter, block, total, value: null, chosen: null })
      continue
    }
    const value = Number(number % BigInt(total))
    const name = at(left, value)
    steps.push({ counter, block, total, value, chosen: name })
    chosen.push(name)
    left.delete(name)
  }
  return { chosen, steps }
}

function at(left: ReadonlyMap<string, number>, value: number): string {
  let rest = value
  for (const [name, share] of left) {
    if (rest < share) return name
    rest -= share
  }
  throw new RangeError('a value below the total lies in some share')
}

/** A judge's share: falls with the number of open cases, at least 1. */
export function weightOf(loadWeight: number, openCases: number): number {
  return Math.max(1, Math.floor((loadWeight * 1000 * halfLoad) / (halfLoad + openCases)))
}

/** The hash of a line of the list of commitments, linked to the line before. */
export function linkOf(line: { seq: number; at: string; commitment: string; prev: string }): string {
  return sm3(canonical({ seq: line.seq, at: line.at, commitment: line.commitment, prev: line.prev }))
}

export const checks = ['seed', 'link', 'before', 'same', 'weights', 'apart', 'result'] as const
export type Check = (typeof checks)[number]

export interface Proof {
  results: Record<Check, boolean>
  holds: boolean
  input: Input
  chosen: string[]
  steps: Step[]
}

/** Everything about a published draw that a stranger can check. Throws when the published input cannot be read. */
export function prove(draw: Draw): Proof {
  const input = JSON.parse(draw.input_text) as Input
  const { chosen, steps } = recompute(draw.seed, draw.input_text)
  const promised = draw.commitment
  const drawable = new Set(input.candidates.map(({ id }) => id))
  const results: Record<Check, boolean> = {
    seed: sm3(bytesOfHex(draw.seed)) === promised.commitment,
    link: linkOf(promised) === promised.hash,
    before: micros(promised.at) < micros(draw.basis_at),
    same:
      input.commitment === promised.seq &&
      input.case_number === draw.case_number &&
      input.ordinal === draw.ordinal &&
      canonical(input) === draw.input_text,
    weights: input.candidates.every((one) => one.weight === weightOf(one.load_weight, one.open_cases)),
    apart: input.exclusions.every(({ who }) => !drawable.has(who)),
    result: chosen.join() === draw.chosen.join(),
  }
  return { results, holds: checks.every((check) => results[check]), input, chosen, steps }
}

/** Where a list of commitments breaks: the `seq` of the first line that does not fit, or null. `before` ends the page before. */
export function brokenLine(
  lines: readonly { seq: number; at: string; commitment: string; prev: string; hash: string }[],
  before: { seq: number; hash: string } = { seq: 0, hash: '0'.repeat(64) },
): number | null {
  let last = before
  for (const line of lines) {
    if (line.seq !== last.seq + 1 || line.prev !== last.hash || linkOf(line) !== line.hash) return line.seq
    last = line
  }
  return null
}

/** An instant of UTC with six digits after the second, so that instants compare as text. */
function micros(instant: string): string {
  const [, second = '', fraction = ''] = /^(.{19})(?:\.(\d{1,6})\d*)?(?:Z|\+00:00)$/.exec(instant) ?? []
  return `${second}.${fraction.padEnd(6, '0')}`
}
