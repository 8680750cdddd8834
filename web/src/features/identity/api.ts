/** People and their sessions, as the server keeps them. */
import { proofOfWork } from './proof'
import { answer, client, keyed, type Answer, type Body } from '@/shared/api'

export type CodePurpose = Body<'/api/v1/one-time-codes', 'post'>['purpose']
export type CodeSent = Answer<'/api/v1/one-time-codes', 'post'>
export type Registration = Body<'/api/v1/people', 'post'>
export type SignIn = Body<'/api/v1/sessions', 'post'>
export type SessionItem = Answer<'/api/v1/sessions', 'get'>['items'][number]
export type DemoPerson = Answer<'/api/v1/demo/people', 'get'>['items'][number]
export type DemoMessages = Answer<'/api/v1/demo/messages', 'get'>

/** Sends a code to the mobile number; the device proves first that it is no machine trying numbers. */
export async function sendCode(key: string, mobile: string, purpose: CodePurpose): Promise<CodeSent> {
  return answer(client.POST('/api/v1/one-time-codes', { body: { mobile, purpose, altcha: await proofOfWork() }, ...keyed(key) }))
}

export async function register(key: string, body: Omit<Registration, 'altcha'>): Promise<void> {
  await answer(client.POST('/api/v1/people', { body: { ...body, altcha: await proofOfWork() }, ...keyed(key) }))
}

export async function signIn(key: string, body: SignIn): Promise<void> {
  await answer(client.POST('/api/v1/sessions', { body, ...keyed(key) }))
}

export async function recover(key: string, body: Body<'/api/v1/recovery', 'post'>): Promise<void> {
  await answer(client.POST('/api/v1/recovery', { body, ...keyed(key) }))
}

export async function sessions(): Promise<SessionItem[]> {
  return (await answer(client.GET('/api/v1/sessions'))).items
}

export async function endSession(key: string, id: string): Promise<void> {
  await answer(client.DELETE('/api/v1/sessions/{session_id}', { params: { path: { session_id: id } }, ...keyed(key) }))
}

/** The people of the demonstration court. */
export async function demoPeople(): Promise<DemoPerson[]> {
  return (await answer(client.GET('/api/v1/demo/people'))).items
}

export async function signInAsDemoPerson(key: string, person: string): Promise<void> {
  await answer(client.POST('/api/v1/demo/sessions', { body: { person }, ...keyed(key) }))
}

/** What the demonstration court would have sent by SMS and e-mail, newest first. */
export function demoMessages(cursor?: string): Promise<DemoMessages> {
  return answer(client.GET('/api/v1/demo/messages', { params: { query: { cursor } } }))
}

export type AccountView = Answer<'/api/v1/account', 'get'>
export type OrganisationView = Answer<'/api/v1/organisations', 'get'>['items'][number]
export type Invitation = Answer<'/api/v1/invitations', 'get'>['items'][number]
export type MyMandates = Answer<'/api/v1/mandates', 'get'>
export type MandateView = MyMandates['given'][number]
export type NewMandate = Body<'/api/v1/mandates', 'post'>
export type TotpSecret = Answer<'/api/v1/totp', 'post'>

export function account(): Promise<AccountView> {
  return answer(client.GET('/api/v1/account'))
}

export async function changePassword(key: string, present: string, fresh: string): Promise<number> {
  return (await answer(client.POST('/api/v1/account/password', { body: { present, new: fresh }, ...keyed(key) }))).count
}

export function checkRealName(key: string, name: string | null, identityNumber: string | null): Promise<AccountView> {
  return answer(client.POST('/api/v1/account/real-name-check', { body: { name, identity_number: identityNumber }, ...keyed(key) }))
}

export async function endOtherSessions(key: string): Promise<number> {
  return (await answer(client.POST('/api/v1/sessions/end-others', keyed(key)))).count
}

/** Begins two-step sign-in; the secret is shown this once. */
export function beginTotp(): Promise<TotpSecret> {
  return answer(client.POST('/api/v1/totp'))
}

/** Switches it on and answers the backup codes, shown this once. */
export async function confirmTotp(code: string): Promise<string[]> {
  return (await answer(client.POST('/api/v1/totp/confirm', { body: { code } }))).codes
}

export async function disableTotp(key: string, password: string, totp: string): Promise<void> {
  await answer(client.POST('/api/v1/totp/disable', { body: { password, totp }, ...keyed(key) }))
}

export async function organisations(): Promise<OrganisationView[]> {
  return (await answer(client.GET('/api/v1/organisations'))).items
}

export async function invitations(): Promise<Invitation[]> {
  return (await answer(client.GET('/api/v1/invitations'))).items
}

export async function answerInvitation(key: string, id: string, accept: boolean): Promise<void> {
  const request = { params: { path: { invitation_id: id } }, ...keyed(key) }
  await answer<unknown>(
    accept
      ? client.POST('/api/v1/invitations/{invitation_id}/accept', request)
      : client.POST('/api/v1/invitations/{invitation_id}/decline', request),
  )
}

export async function invite(key: string, organisation: string, mobile: string): Promise<void> {
  await answer(
    client.POST('/api/v1/organisations/{organisation_id}/invitations', {
      params: { path: { organisation_id: organisation } },
      body: { mobile },
      ...keyed(key),
    }),
  )
}

export async function removeMember(key: string, organisation: string, person: string): Promise<void> {
  await answer(
    client.POST('/api/v1/organisations/{organisation_id}/members/{person_id}/remove', {
      params: { path: { organisation_id: organisation, person_id: person } },
      ...keyed(key),
    }),
  )
}

export function mandates(): Promise<MyMandates> {
  return answer(client.GET('/api/v1/mandates'))
}

export async function giveMandate(key: string, body: NewMandate): Promise<void> {
  await answer(client.POST('/api/v1/mandates', { body, ...keyed(key) }))
}

export async function revokeMandate(key: string, id: string): Promise<void> {
  await answer(client.POST('/api/v1/mandates/{mandate_id}/revoke', { params: { path: { mandate_id: id } }, ...keyed(key) }))
}
