/** Cases as the server shows them to the one who asks: lists, the case page, docket, draws, requests about the bench. */
import { answer, client, type Answer, type Body } from '@/shared/api'

export type CaseRow = Answer<'/api/v1/cases', 'get'>['items'][number]
export type CaseView = Answer<'/api/v1/cases/{case_id}', 'get'>
export type PartyDetail = Answer<'/api/v1/cases/{case_id}/parties', 'get'>[number]
export type BenchRequest = Answer<'/api/v1/cases/{case_id}/requests', 'get'>[number]
export type OpenRequest = Answer<'/api/v1/bench-requests', 'get'>['items'][number]
export type DocketPage = Answer<'/api/v1/cases/{case_id}/docket', 'get'>
export type DocketEntry = DocketPage['items'][number]
export type DrawsOfCase = Answer<'/api/v1/draws', 'get'>
export type Draw = DrawsOfCase['draws'][number]
export type CommitmentPage = Answer<'/api/v1/draws/commitments', 'get'>
export type Commitment = CommitmentPage['items'][number]
export type FilingRow = Answer<'/api/v1/filings', 'get'>['items'][number]
export type Exclusion = Answer<'/api/v1/exclusions', 'get'>[number]
export type Stage = CaseRow['stage']

export const stages = ['opened', 'awaiting_fee', 'paid', 'assigned', 'closed'] as const satisfies readonly Stage[]

export interface CaseQuery {
  search?: string
  stage?: Stage
  due_until?: string
  waiting?: boolean
  mine?: boolean
  judge?: string
  cursor?: string
  limit?: number
}

export function listCases(query: CaseQuery): Promise<Answer<'/api/v1/cases', 'get'>> {
  return answer(client.GET('/api/v1/cases', { params: { query } }))
}

export function listFilings(cursor?: string): Promise<Answer<'/api/v1/filings', 'get'>> {
  return answer(client.GET('/api/v1/filings', { params: { query: { ...(cursor && { cursor }) } } }))
}

const of = (id: string) => ({ params: { path: { case_id: id } } })

export function readCase(id: string): Promise<CaseView> {
  return answer(client.GET('/api/v1/cases/{case_id}', of(id)))
}

export function readParties(id: string): Promise<PartyDetail[]> {
  return answer(client.GET('/api/v1/cases/{case_id}/parties', of(id)))
}

export function readRequests(id: string): Promise<BenchRequest[]> {
  return answer(client.GET('/api/v1/cases/{case_id}/requests', of(id)))
}

/** Requests about the bench that wait for one's own decision, oldest first. */
export function waitingRequests(cursor?: string): Promise<Answer<'/api/v1/bench-requests', 'get'>> {
  return answer(client.GET('/api/v1/bench-requests', { params: { query: { ...(cursor && { cursor }) } } }))
}

export function readDocket(id: string, cursor?: string): Promise<DocketPage> {
  return answer(
    client.GET('/api/v1/cases/{case_id}/docket', { params: { path: { case_id: id }, query: { ...(cursor && { cursor }) } } }),
  )
}

export function docketFile(id: string): string {
  return `/api/v1/cases/${id}/docket/export`
}

export function drawsOfCase(id: string): Promise<DrawsOfCase> {
  return answer(client.GET('/api/v1/draws/{case_id}', of(id)))
}

export function drawsByNumber(number: string): Promise<DrawsOfCase> {
  return answer(client.GET('/api/v1/draws', { params: { query: { number } } }))
}

export function commitments(cursor?: string): Promise<CommitmentPage> {
  return answer(client.GET('/api/v1/draws/commitments', { params: { query: { ...(cursor && { cursor }) } } }))
}

export type ActInput =
  | { act: 'request-recusal'; body: Body<'/api/v1/cases/{case_id}/request-recusal', 'post'> }
  | { act: 'decide-recusal'; body: Body<'/api/v1/cases/{case_id}/decide-recusal', 'post'> }
  | { act: 'reconsider-recusal'; body: Body<'/api/v1/cases/{case_id}/reconsider-recusal', 'post'> }
  | { act: 'request-reassignment'; body: Body<'/api/v1/cases/{case_id}/request-reassignment', 'post'> }
  | { act: 'approve-reassignment'; body: Body<'/api/v1/cases/{case_id}/approve-reassignment', 'post'> }
  | { act: 'refuse-reassignment'; body: Body<'/api/v1/cases/{case_id}/refuse-reassignment', 'post'> }
  | { act: 'change-bench-kind'; body: Body<'/api/v1/cases/{case_id}/change-bench-kind', 'post'> }
  | { act: 'change-procedure'; body: Body<'/api/v1/cases/{case_id}/change-procedure', 'post'> }
  | { act: 'designate-presiding'; body: Body<'/api/v1/cases/{case_id}/designate-presiding', 'post'> }
  | { act: 'retry-assignment'; body: null }

/** An act on a case; answers the case page as it is afterwards. */
export function actOnCase(key: string, id: string, input: ActInput): Promise<CaseView> {
  const params = { params: { path: { case_id: id }, header: { 'Idempotency-Key': key } } }
  switch (input.act) {
    case 'request-recusal':
      return answer(client.POST('/api/v1/cases/{case_id}/request-recusal', { ...params, body: input.body }))
    case 'decide-recusal':
      return answer(client.POST('/api/v1/cases/{case_id}/decide-recusal', { ...params, body: input.body }))
    case 'reconsider-recusal':
      return answer(client.POST('/api/v1/cases/{case_id}/reconsider-recusal', { ...params, body: input.body }))
    case 'request-reassignment':
      return answer(client.POST('/api/v1/cases/{case_id}/request-reassignment', { ...params, body: input.body }))
    case 'approve-reassignment':
      return answer(client.POST('/api/v1/cases/{case_id}/approve-reassignment', { ...params, body: input.body }))
    case 'refuse-reassignment':
      return answer(client.POST('/api/v1/cases/{case_id}/refuse-reassignment', { ...params, body: input.body }))
    case 'change-bench-kind':
      return answer(client.POST('/api/v1/cases/{case_id}/change-bench-kind', { ...params, body: input.body }))
    case 'change-procedure':
      return answer(client.POST('/api/v1/cases/{case_id}/change-procedure', { ...params, body: input.body }))
    case 'designate-presiding':
      return answer(client.POST('/api/v1/cases/{case_id}/designate-presiding', { ...params, body: input.body }))
    case 'retry-assignment':
      return answer(client.POST('/api/v1/cases/{case_id}/retry-assignment', params))
  }
}

/** One's own declared exclusions. */
export function readExclusions(): Promise<Exclusion[]> {
  return answer(client.GET('/api/v1/exclusions'))
}

export function declareExclusion(key: string, partyName: string): Promise<Exclusion> {
  return answer(
    client.POST('/api/v1/exclusions', {
      params: { header: { 'Idempotency-Key': key } },
      body: { party_name: partyName, kind: 'kinship' },
    }),
  )
}

export function withdrawExclusion(key: string, id: string): Promise<Exclusion> {
  return answer(
    client.POST('/api/v1/exclusions/{exclusion_id}/withdraw', {
      params: { path: { exclusion_id: id }, header: { 'Idempotency-Key': key } },
    }),
  )
}

/** How many filings wait for review; for the court's home page. */
export function reviewCounts(): Promise<Answer<'/api/v1/reviews/counts', 'get'>> {
  return answer(client.GET('/api/v1/reviews/counts'))
}
