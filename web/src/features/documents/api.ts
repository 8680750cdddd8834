/** Papers that the court issued, and the public check of a copy. */
import { answer, client, type Answer } from '@/shared/api'

export type Paper = Answer<'/api/v1/documents', 'get'>['items'][number]
export type Verdict = Answer<'/api/v1/documents/check', 'post'>

export function myPapers(cursor?: string): Promise<Answer<'/api/v1/documents', 'get'>> {
  return answer(client.GET('/api/v1/documents', { params: { query: { ...(cursor && { cursor }) } } }))
}

export function papersOfCase(caseId: string): Promise<Paper[]> {
  return answer(client.GET('/api/v1/cases/{case_id}/documents', { params: { path: { case_id: caseId } } }))
}

export function papersOfFiling(filingId: string): Promise<Paper[]> {
  return answer(client.GET('/api/v1/filings/{filing_id}/documents', { params: { path: { filing_id: filingId } } }))
}

export function readPaper(id: string): Promise<Paper> {
  return answer(client.GET('/api/v1/documents/{document_id}', { params: { path: { document_id: id } } }))
}

/** Whether a copy with this SM3 digest is what the court issued under the number. The copy itself is not sent. */
export function checkCopy(number: string, digest: string): Promise<Verdict> {
  return answer(client.POST('/api/v1/documents/check', { body: { number, digest } }))
}
