/** Filing again: a new draft with the answers of a filing that came to nothing. */
import { filing } from './api'
import { answer, asProblem, client, type Answer } from '@/shared/api'

export type BegunAgain = Answer<'/api/v1/filings/{filing_id}/file-again', 'post'>
export type AgainAct = NonNullable<Answer<'/api/v1/filings', 'get'>['items'][number]['file_again']>

export const fileAgain = (filing_id: string, key: string): Promise<BegunAgain> =>
  answer(client.POST('/api/v1/filings/{filing_id}/file-again', { params: { path: { filing_id } }, headers: { 'Idempotency-Key': key } }))

/** Whether this person may file again with the answers of a filing; null where the filing is not theirs. */
export async function againAct(filing_id: string): Promise<AgainAct | null> {
  try {
    return (await filing(filing_id)).permitted_acts.find(({ act }) => act === 'file-again') ?? null
  } catch (error) {
    if (asProblem(error).status === 404) return null
    throw error
  }
}
