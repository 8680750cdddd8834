/** How the page names what the server gives as codes. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import type { CaseRow, CaseView } from './api'
import { causesOn } from '@/features/law'
import { courtDay } from '@/shared/format/day'
import { language } from '@/shared/preferences'

const english = shallowRef<ReadonlyMap<string, string>>(new Map())
let asked = false

/** Names of causes of action in the language in use; Chinese names are the official ones and stand where there is no other. */
export function useCauseName(): ComputedRef<(cause: string) => string> {
  watch(
    language,
    () => {
      if (language.value !== 'en' || asked) return
      asked = true
      causesOn(courtDay()).then(
        (causes) => (english.value = new Map(causes.map(({ name }) => [name.zh, name.en]))),
        () => (asked = false),
      )
    },
    { immediate: true },
  )
  return computed(() => (cause: string) => {
    const name = language.value === 'en' ? english.value.get(cause) : undefined
    return name ? name.charAt(0).toUpperCase() + name.slice(1) : cause
  })
}

/** The plaintiff (and others) against the defendant (and others), as a case is called. */
export function versus(parties: readonly { capacity: string; name: string }[]): { plaintiffs: string[]; defendants: string[] } {
  const of = (capacity: string) => parties.filter((party) => party.capacity === capacity).map((party) => party.name)
  return { plaintiffs: of('plaintiff'), defendants: of('defendant') }
}

export function stagesOf(view: Pick<CaseView, 'stage_line'>): {
  key: string
  label: { zh: string; en: string }
  state: 'done' | 'now' | 'ahead'
  on: string | null
}[] {
  return view.stage_line.map((mark) => ({
    key: mark.stage,
    label: mark.name,
    state: mark.state === 'done' ? 'done' : mark.state === 'current' ? 'now' : 'ahead',
    on: mark.at && mark.state !== 'ahead' ? courtDay(new Date(mark.at)) : null,
  }))
}

export function stageTone(stage: CaseRow['stage']): string {
  return stage === 'closed' ? '' : stage === 'awaiting_fee' || stage === 'paid' ? 'soon' : 'now'
}
