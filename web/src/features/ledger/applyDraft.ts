/** The application for access that a person has not sent yet: answers and the ids of what was uploaded, on this device. */

export interface ApplyDraft {
  id: string
  organisation: string
  nameZh: string
  nameEn: string
  categories: string[]
  certificate: string
  note: string
  papers: Record<string, { upload: string; name: string }>
}

const place = (person: string) => `tianping.ledger.apply.${person}`

export function readApplyDraft(person: string): Partial<ApplyDraft> | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(place(person)) ?? 'null')
    return typeof kept === 'object' ? kept : null
  } catch {
    return null
  }
}

export function keepApplyDraft(person: string, draft: ApplyDraft): void {
  try {
    sessionStorage.setItem(place(person), JSON.stringify(draft))
  } catch {
    // Only the convenience is lost.
  }
}

export function dropApplyDraft(person: string): void {
  sessionStorage.removeItem(place(person))
}
