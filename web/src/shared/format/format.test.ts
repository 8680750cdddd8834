import { describe, expect, it } from 'vitest'
import { courtDay, dayInWords, daysUntil, distanceInWords, instantInWords } from './day'
import { grouped, typedAmount } from './money'

describe('court days', () => {
  it('are the days of Asia/Shanghai, whatever the clock of the device says', () => {
    expect(courtDay(new Date('2026-03-05T15:59:59Z'))).toBe('2026-03-05')
    expect(courtDay(new Date('2026-03-05T16:00:00Z'))).toBe('2026-03-06')
  })

  it('are told with weekday and distance', () => {
    expect(dayInWords('2026-03-06', 'zh', { today: '2026-03-03' })).toBe('周五 3月6日')
    expect(dayInWords('2026-03-06', 'en', { today: '2026-03-03' })).toBe('Fri 6 March')
    expect(dayInWords('2027-01-01', 'zh', { today: '2026-03-03' })).toBe('周五 2027年1月1日')
  })

  it.each([
    ['2026-03-06', 3, '还有3天', 'in 3 days'],
    ['2026-03-04', 1, '就在明天', 'tomorrow'],
    ['2026-03-03', 0, '就是今天', 'today'],
    ['2026-03-02', -1, '已过1天', '1 day overdue'],
    ['2026-02-01', -30, '已过30天', '30 days overdue'],
  ])('%s is %i days away', (day, days, zh, en) => {
    expect(daysUntil(day, '2026-03-03')).toBe(days)
    expect(distanceInWords(day, 'zh', '2026-03-03')).toBe(zh)
    expect(distanceInWords(day, 'en', '2026-03-03')).toBe(en)
  })

  it('count whole days across a leap day and a year', () => {
    expect(daysUntil('2028-03-01', '2028-02-28')).toBe(2)
    expect(daysUntil('2027-01-01', '2026-12-31')).toBe(1)
  })

  it('instants are told in court time', () => {
    expect(instantInWords('2026-03-05T16:05:00Z', 'zh')).toBe('2026年3月6日 00:05')
    expect(instantInWords('2026-03-05T16:05:00Z', 'en')).toBe('6 March 2026, 00:05')
  })
})

describe('money', () => {
  it.each([
    ['0', '0.00'],
    ['2769.5', '2,769.50'],
    ['1234567.89', '1,234,567.89'],
    ['-1234.00', '-1,234.00'],
    ['12345678901234567890.12', '12,345,678,901,234,567,890.12'],
  ])('%s is shown as %s', (amount, shown) => expect(grouped(amount)).toBe(shown))

  it.each([
    ['1234.5', '1234.50'],
    ['￥1,234.5 元', '1234.50'],
    ['１，２３４．５０', '1234.50'],
    ['007', '7.00'],
  ])('%s is read as %s', (typed, amount) => expect(typedAmount(typed)).toBe(amount))

  it.each(['', 'abc', '-5', '1.234', '1.2.3', '一百'])('%s is no amount', (typed) => expect(typedAmount(typed)).toBeNull())
})
