/** A deadline as an iCalendar file (RFC 5545) that any calendar can take, with a reminder three days before. */
export function calendarFile(end: string, name: string, about: string): Blob {
  const compact = (text: string) => text.replace(/[-:]/g, '')
  const escaped = (text: string) => text.replace(/([\\;,])/g, '\\$1').replace(/\n/g, '\\n')
  const at = new Date(end)
  const start =
    end.length > 10
      ? `DTSTART:${compact(at.toISOString()).replace(/\.\d+/, '')}`
      : `DTSTART;VALUE=DATE:${compact(end)}`
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Tianping//Deadlines//EN',
    'BEGIN:VEVENT',
    `UID:${compact(end)}-${Math.random().toString(36).slice(2)}@tianping`,
    `DTSTAMP:${compact(new Date().toISOString()).replace(/\.\d+/, '')}`,
    start,
    `SUMMARY:${escaped(name)}`,
    `DESCRIPTION:${escaped(about)}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(name)}`,
    'TRIGGER:-P3D',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return new Blob([lines.map(folded).join('\r\n') + '\r\n'], { type: 'text/calendar;charset=utf-8' })
}

/** Lines longer than 75 octets continue on the next one after a space. */
function folded(line: string): string {
  const encoder = new TextEncoder()
  let out = ''
  let used = 0
  for (const sign of line) {
    const size = encoder.encode(sign).length
    if (used + size > 74) {
      out += '\r\n '
      used = 1
    }
    out += sign
    used += size
  }
  return out
}
