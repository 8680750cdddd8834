/** Deposits, captures, verification and exhibits, as the server shows them. */
import { answer, client, keyed, type Answer, type Body } from '@/shared/api'

export type Verification = Answer<'/api/v1/verifications', 'post'>
export type Question = Body<'/api/v1/verifications', 'post'>
export type Deposit = Answer<'/api/v1/deposits/{deposit_id}', 'get'>
export type DepositInput = Body<'/api/v1/deposits', 'post'>
export type CategoryLine = Answer<'/api/v1/deposit-categories', 'get'>[number]
export type Category = Deposit['category']
export type State = Deposit['state']
export type SharedDeposit = Answer<'/api/v1/shared-deposits/{code}', 'get'>
export type Capture = Answer<'/api/v1/captures/{capture_id}', 'get'>
export type CaptureRecord = Answer<'/api/v1/captures/{capture_id}/record', 'get'>
export type CaptureInput = Body<'/api/v1/captures', 'post'>
export type Exhibit = Answer<'/api/v1/cases/{case_id}/exhibits', 'get'>[number]
export type Report = Answer<'/api/v1/cases/{case_id}/verifications', 'get'>[number]
export type DocketDeposit = Answer<'/api/v1/cases/{case_id}/docket-deposits', 'get'>[number]

export const states = ['pending', 'stored', 'failed'] as const satisfies readonly State[]

/** Holds digests against what is stored under a number; the file stays where it is. */
export function verify(body: Question): Promise<Verification> {
  return answer(client.POST('/api/v1/verifications', { body }))
}

export function readCategories(): Promise<CategoryLine[]> {
  return answer(client.GET('/api/v1/deposit-categories'))
}

export interface DepositQuery {
  q?: string
  category?: Category
  state?: State
  organisation_id?: string
  cursor?: string
  limit?: number
}

export function listDeposits(query: DepositQuery): Promise<Answer<'/api/v1/deposits', 'get'>> {
  return answer(client.GET('/api/v1/deposits', { params: { query } }))
}

const of = (id: string) => ({ params: { path: { deposit_id: id } } })

export function readDeposit(id: string): Promise<Deposit> {
  return answer(client.GET('/api/v1/deposits/{deposit_id}', of(id)))
}

export function deposit(key: string, body: DepositInput): Promise<Deposit> {
  return answer(client.POST('/api/v1/deposits', { body, ...keyed(key) }))
}

export function renameDeposit(key: string, id: string, title: string): Promise<Deposit> {
  return answer(client.POST('/api/v1/deposits/{deposit_id}/rename', { ...of(id), body: { title }, ...keyed(key) }))
}

/** `until`: an instant (UTC). */
export function shareDeposit(key: string, id: string, until: string): Promise<Deposit> {
  return answer(client.POST('/api/v1/deposits/{deposit_id}/share', { ...of(id), body: { until }, ...keyed(key) }))
}

export function unshareDeposit(key: string, id: string): Promise<Deposit> {
  return answer(client.POST('/api/v1/deposits/{deposit_id}/unshare', { ...of(id), ...keyed(key) }))
}

export function forgetDeposit(key: string, id: string): Promise<Deposit> {
  return answer(client.POST('/api/v1/deposits/{deposit_id}/forget', { ...of(id), ...keyed(key) }))
}

export function retryDeposit(key: string, id: string): Promise<Deposit> {
  return answer(client.POST('/api/v1/deposits/{deposit_id}/retry', { ...of(id), ...keyed(key) }))
}

export function readShared(code: string): Promise<SharedDeposit> {
  return answer(client.GET('/api/v1/shared-deposits/{code}', { params: { path: { code } } }))
}

export function captureOffer(): Promise<Answer<'/api/v1/capture-offer', 'get'>> {
  return answer(client.GET('/api/v1/capture-offer'))
}

export function makeCapture(key: string, body: CaptureInput): Promise<Capture> {
  return answer(client.POST('/api/v1/captures', { body, ...keyed(key) }))
}

export function readCapture(id: string): Promise<Capture> {
  return answer(client.GET('/api/v1/captures/{capture_id}', { params: { path: { capture_id: id } } }))
}

export function readCaptureRecord(id: string): Promise<CaptureRecord> {
  return answer(client.GET('/api/v1/captures/{capture_id}/record', { params: { path: { capture_id: id } } }))
}

/** Path of a picture of the page: what is seen first, or the long one. */
export function capturePicture(id: string, which: 'screen' | 'whole'): string {
  return `/api/v1/captures/${id}/pictures/${which}`
}

export function listCaptures(): Promise<Answer<'/api/v1/captures', 'get'>> {
  return answer(client.GET('/api/v1/captures', { params: { query: { limit: 10 } } }))
}

export function exhibitsOfCase(id: string): Promise<Exhibit[]> {
  return answer(client.GET('/api/v1/cases/{case_id}/exhibits', { params: { path: { case_id: id } } }))
}

export function exhibitsOfFiling(id: string): Promise<Exhibit[]> {
  return answer(client.GET('/api/v1/filings/{filing_id}/exhibits', { params: { path: { filing_id: id } } }))
}

export function reportsOfCase(id: string): Promise<Report[]> {
  return answer(client.GET('/api/v1/cases/{case_id}/verifications', { params: { path: { case_id: id } } }))
}

export function verifyCase(key: string, id: string): Promise<Report> {
  return answer(client.POST('/api/v1/cases/{case_id}/verifications', { params: { path: { case_id: id } }, ...keyed(key) }))
}

export function docketDeposits(id: string): Promise<DocketDeposit[]> {
  return answer(client.GET('/api/v1/cases/{case_id}/docket-deposits', { params: { path: { case_id: id } } }))
}

/** Organisations that the person acts for. */
export function myOrganisations(): Promise<Answer<'/api/v1/organisations', 'get'>> {
  return answer(client.GET('/api/v1/organisations'))
}
