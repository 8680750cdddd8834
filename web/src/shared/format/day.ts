/** Court days (`2026-03-06`, Asia/Shanghai) and instants (RFC 3339, UTC) in words. */
import type { Language } from '@/shared/preferences'

const courtZone = 'Asia/Shanghai'
const weekdays = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
} as const
const months = [
  'January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December',
] as const

/** The court's date at an instant, as `YYYY-MM-DD`. */
export function courtDay(at: Date = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: courtZone }).format(at)
}

function parts(day: string): [number, number, number] {
  const [year = 0, month = 1, date = 1] = day.slice(0, 10).split('-').map(Number)
  return [year, month, date]
}

function serial(day: string): number {
  const [year, month, date] = parts(day)
  return Date.UTC(year, month - 1, date) / 86_400_000
}

/** Whole days from `from` to `day`; negative once it has passed. */
export function daysUntil(day: string, from: string = courtDay()): number {
  return serial(day) - serial(from)
}

/** `周五 3月6日`, `Fri 6 March`; the year is told when it is not this one or when asked for. */
export function dayInWords(day: string, language: Language, options: { today?: string; year?: boolean } = {}): string {
  const [year, month, date] = parts(day)
  const weekday = weekdays[language][new Date(Date.UTC(year, month - 1, date)).getUTCDay()]
  const withYear = options.year ?? year !== parts(options.today ?? courtDay())[0]
  if (language === 'en') return `${weekday} ${date} ${months[month - 1]}${withYear ? ` ${year}` : ''}`
  return `${weekday} ${withYear ? `${year}年` : ''}${month}月${date}日`
}

/** `还有3天`, `in 3 days`. */
export function distanceInWords(day: string, language: Language, today: string = courtDay()): string {
  const days = daysUntil(day, today)
  if (language === 'en') {
    if (days === 0) return 'today'
    if (days === 1) return 'tomorrow'
    if (days > 1) return `in ${days} days`
    return days === -1 ? '1 day overdue' : `${-days} days overdue`
  }
  if (days === 0) return '就是今天'
  if (days === 1) return '就在明天'
  return days > 1 ? `还有${days}天` : `已过${-days}天`
}

/** A moment in court time: `2026年3月6日 14:05`, `6 March 2026, 14:05`. */
export function instantInWords(instant: string, language: Language): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return instant
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: courtZone, hour: '2-digit', minute: '2-digit', hour12: false,
  }).format(at)
  const [year, month, date] = parts(courtDay(at))
  if (language === 'en') return `${date} ${months[month - 1]} ${year}, ${time}`
  return `${year}年${month}月${date}日 ${time}`
}
