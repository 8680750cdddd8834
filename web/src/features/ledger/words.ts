/** How members stand, as a look; heights and shares as people write them. */
import type { Member } from './api'
import { local, type Bilingual } from '@/shared/i18n'
import { language } from '@/shared/preferences'

/** `well`: co-signs; `late`: some blocks behind; `off`: does not take part. The word beside it says the same. */
export function standingLook(member: Member): 'well' | 'late' | 'off' {
  if (member.standing !== 'admitted') return 'off'
  return member.level === 1 && member.behind > 3 ? 'late' : 'well'
}

export function percentOf(share: number): string {
  return `${Math.round(share * 1000) / 10}%`
}

export const applicationLooks: Record<string, string> = {
  received: 'soon', applied: 'now', probation: 'now', admitted: 'done', suspended: 'soon', revoked: 'overdue', removed: 'overdue',
}

/** Decisions by whom and why, as tags: waiting, decided, recorded, refused, dropped, withdrawn. */
export const resolutionLooks: Record<string, string> = { waiting: 'soon', decided: 'now', recorded: 'done', refused: 'overdue', dropped: '', withdrawn: '' }

/** Names one after the other, as each language separates them. */
export function listed(names: readonly Bilingual[]): string {
  return names.map((name) => local(name)).join(language.value === 'zh' ? '、' : ', ')
}
