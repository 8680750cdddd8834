/** The calculators of the server: fees, deadlines, jurisdiction. Reading only; nothing here decides anything. */
import { answer, client, type Answer, type Body } from '@/shared/api'

export type FeeQuestion = Body<'/api/v1/law/fee', 'post'>
export type FeeAnswer = Answer<'/api/v1/law/fee', 'post'>
export type DeadlineQuestion = Body<'/api/v1/law/deadline', 'post'>
export type DeadlineAnswer = Answer<'/api/v1/law/deadline', 'post'>
export type JurisdictionQuestion = Body<'/api/v1/law/jurisdiction', 'post'>
export type JurisdictionAnswer = Answer<'/api/v1/law/jurisdiction', 'post'>
export type InterestQuestion = Body<'/api/v1/law/interest', 'post'>
export type InterestAnswer = Answer<'/api/v1/law/interest', 'post'>
export type Fact = Answer<'/api/v1/law/facts', 'get'>[number]
export type Cause = Answer<'/api/v1/law/causes', 'get'>['items'][number]
export type Topic = Answer<'/api/v1/law/topics', 'get'>['items'][number]

export function fee(body: FeeQuestion): Promise<FeeAnswer> {
  return answer(client.POST('/api/v1/law/fee', { body }))
}

export function deadline(body: DeadlineQuestion): Promise<DeadlineAnswer> {
  return answer(client.POST('/api/v1/law/deadline', { body }))
}

export function jurisdiction(body: JurisdictionQuestion): Promise<JurisdictionAnswer> {
  return answer(client.POST('/api/v1/law/jurisdiction', { body }))
}

/** Causes of action in force on a day (`YYYY-MM-DD`). */
export async function causesOn(day: string): Promise<Cause[]> {
  return (await answer(client.GET('/api/v1/law/causes', { params: { query: { on: day } } }))).items
}

export async function topics(): Promise<Topic[]> {
  return (await answer(client.GET('/api/v1/law/topics'))).items
}

export function interest(body: InterestQuestion): Promise<InterestAnswer> {
  return answer(client.POST('/api/v1/law/interest', { body }))
}

/** The facts that decide jurisdiction, with their words. */
export function facts(): Promise<Fact[]> {
  return answer(client.GET('/api/v1/law/facts'))
}
