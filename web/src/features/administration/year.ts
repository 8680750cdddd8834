/** A year as twelve months of weeks, Monday first; days as `YYYY-MM-DD`. */
import type { Year } from './api'

export type DayKind = 'work' | 'rest' | 'holiday' | 'swapped'

export interface Month {
  month: number
  /** Empty places before the first day. */
  lead: number
  days: { day: string; kind: DayKind }[]
}

/** `holiday` is a rest day that is no weekend, `swapped` a weekend that is worked. */
export function monthsOf(year: Pick<Year, 'year' | 'rest_days'>): Month[] {
  const rest = new Set(year.rest_days)
  return Array.from({ length: 12 }, (_, index) => {
    const first = new Date(Date.UTC(year.year, index, 1))
    const length = new Date(Date.UTC(year.year, index + 1, 0)).getUTCDate()
    return {
      month: index + 1,
      lead: (first.getUTCDay() + 6) % 7,
      days: Array.from({ length }, (_, offset) => {
        const date = new Date(Date.UTC(year.year, index, offset + 1))
        const day = date.toISOString().slice(0, 10)
        const weekend = date.getUTCDay() % 6 === 0
        const kind: DayKind = rest.has(day) ? (weekend ? 'rest' : 'holiday') : weekend ? 'swapped' : 'work'
        return { day, kind }
      }),
    }
  })
}
