/** Answers in the words of the person who reads them. */
import type { Answers, Catalogue, Party, Question } from './api'
import { grouped } from '@/shared/format/money'
import { dayInWords } from '@/shared/format/day'
import { type Bilingual, local } from '@/shared/i18n'
import { language } from '@/shared/preferences'

export type PartyGroup = 'plaintiffs' | 'defendants' | 'third_parties'
export type Say = (key: string, values?: Record<string, unknown>) => string

export function called(party: Party): string {
  return party.name || party.label || party.shop || ''
}

/** `defendants.0` and `evidence.2` by their names; other words as they are. */
export function referenceInWords(value: string, answers: Answers): string {
  const match = /^(plaintiffs|defendants|third_parties|evidence)\.(\d+)$/.exec(value)
  if (!match) return value
  const index = Number(match[2])
  if (match[1] === 'evidence') return answers.evidence?.[index]?.name || value
  const party = answers[match[1] as PartyGroup]?.[index]
  return party ? called(party) : value
}

export function factInWords(question: Question, value: unknown, answers: Answers, t: Say): string {
  if (value === undefined || value === null || value === '') return ''
  switch (question.type) {
    case 'money':
      return `¥${grouped(String(value))}`
    case 'date':
      return dayInWords(String(value), language.value, { year: true })
    case 'datetime':
      return `${dayInWords(String(value), language.value, { year: true })} ${String(value).slice(11, 16)}`
    case 'bool':
      return value === true ? t('filing.yes') : t('filing.no')
    case 'enum':
      return local(question.options.find(({ id }) => id === value)?.label) || String(value)
    case 'percent':
      return `${String(value)}%`
    case 'list':
      return Array.isArray(value) ? value.map(String).join('\n') : String(value)
    case 'party_ref':
    case 'evidence_ref':
      return referenceInWords(String(value), answers)
    default:
      return String(value)
  }
}

/** Any answer of a filing in short words, for showing two of them side by side. */
export function answerInWords(path: string, value: unknown, answers: Answers, catalogue: Catalogue | undefined, t: Say): string {
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length)) return t('filing.conflict.nothing')
  const kind = catalogue?.case_types.find(({ id }) => id === answers.case_type)
  const [group, name] = path.split('.')
  if (group === 'facts') {
    const question = kind?.questions.find(({ key }) => key === name)
    return question ? factInWords(question, value, answers, t) : String(value)
  }
  if (group === 'case_type') return local(catalogue?.case_types.find(({ id }) => id === value)?.label) || String(value)
  if (group === 'claims') {
    return listed(value, (claim) => {
      const label = claim.text || local(kind?.claims.find(({ id }) => id === claim.kind)?.label as Bilingual) || String(claim.kind)
      return claim.amount ? `${label} ¥${grouped(String(claim.amount))}` : String(label)
    })
  }
  if (group === 'events') return listed(value, (event) => `${event.on} ${event.text}`)
  if (group === 'evidence') return listed(value, (exhibit) => [exhibit.name, exhibit.source, exhibit.proves].filter(Boolean).join(' · '))
  if (group === 'plaintiffs' || group === 'defendants' || group === 'third_parties' || group === 'agents') {
    return listed(value, (party) => [party.name || party.label, party.address, party.telephone, party.known, party.interest].filter(Boolean).join(' · '))
  }
  if (typeof value === 'boolean') return value ? t('filing.yes') : t('filing.no')
  return String(value)
}

function listed(value: unknown, words: (entry: Record<string, unknown>) => string): string {
  if (!Array.isArray(value)) return words((value ?? {}) as Record<string, unknown>)
  return value.map((entry, index) => `${index + 1}. ${words((entry ?? {}) as Record<string, unknown>)}`).join('\n')
}
