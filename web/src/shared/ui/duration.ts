/** `45 秒`, `12 分钟`, `3 小时`: a length of time as people say it, rounded up. */
export function durationInWords(seconds: number, t: (key: string, values: { count: number }) => string): string {
  if (seconds < 90) return t('ui.upload.seconds', { count: Math.max(1, Math.ceil(seconds)) })
  if (seconds < 5400) return t('ui.upload.minutes', { count: Math.ceil(seconds / 60) })
  return t('ui.upload.hours', { count: Math.ceil(seconds / 3600) })
}
