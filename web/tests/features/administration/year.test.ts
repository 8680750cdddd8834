import { describe, expect, it } from 'vitest'
import { monthsOf } from '@/features/administration/year'

describe('a year of the court calendar', () => {
  const months = monthsOf({ year: 2026, rest_days: ['2026-01-01', '2026-01-03', '2026-10-01'] })
  const kind = (day: string) => months.flatMap(({ days }) => days).find((one) => one.day === day)?.kind

  it('has every day once, each month behind its empty places', () => {
    expect(months).toHaveLength(12)
    expect(months.flatMap(({ days }) => days)).toHaveLength(365)
    expect(monthsOf({ year: 2028, rest_days: [] }).flatMap(({ days }) => days)).toHaveLength(366)
    expect(months[0]).toMatchObject({ month: 1, lead: 3 })
    expect(months[5]).toMatchObject({ month: 6, lead: 0 })
  })

  it('tells weekends, holidays and worked weekends apart', () => {
    expect(kind('2026-01-01')).toBe('holiday')
    expect(kind('2026-01-03')).toBe('rest')
    expect(kind('2026-01-04')).toBe('swapped')
    expect(kind('2026-01-05')).toBe('work')
  })
})
