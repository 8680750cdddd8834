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
