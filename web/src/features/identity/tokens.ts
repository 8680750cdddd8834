/** API tokens, contact and licence of the one who is signed in. */
import type { AccountView } from './api'
import { answer, client, keyed, type Answer, type Body } from '@/shared/api'

export type ApiToken = Answer<'/api/v1/api-tokens', 'get'>['items'][number]
export type FreshToken = Answer<'/api/v1/api-tokens', 'post'>
export type NewToken = Body<'/api/v1/api-tokens', 'post'>

export async function tokens(): Promise<ApiToken[]> {
  return (await answer(client.GET('/api/v1/api-tokens'))).items
}

/** The token itself is in this answer only, and again when the same act is asked for with the same key. */
export function createToken(key: string, body: NewToken): Promise<FreshToken> {
  return answer(client.POST('/api/v1/api-tokens', { body, ...keyed(key) }))
}

export async function revokeToken(key: string, id: string): Promise<void> {
  await answer(client.POST('/api/v1/api-tokens/{token_id}/revoke', { params: { path: { token_id: id } }, ...keyed(key) }))
}

export function changeContact(key: string, email: string, address: string): Promise<AccountView> {
  const body = { email: email.trim() || null, address: address.trim() || null }
  return answer(client.POST('/api/v1/account/contact', { body, ...keyed(key) }))
}

export function stateLicence(key: string, licence: string, firm: string): Promise<AccountView> {
  return answer(client.POST('/api/v1/account/licence', { body: { licence, firm }, ...keyed(key) }))
}
