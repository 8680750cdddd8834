/** What the three administrators do: members of the court and their roles, sessions and keys, the record of accesses. */
import { answer, client, keyed, type Answer, type Body } from '@/shared/api'

export type Member = Answer<'/api/v1/administration/staff', 'get'>['items'][number]
export type Division = Answer<'/api/v1/administration/divisions', 'get'>[number]
export type Place = Body<'/api/v1/administration/staff/{person_id}/place', 'post'>
export type NewMember = Body<'/api/v1/administration/staff', 'post'>
export type Leave = Member['leaves'][number]
export type CourtRole = Member['roles'][number]
export type RoleRequest = Answer<'/api/v1/administration/role-requests', 'get'>['items'][number]
export type Licence = Answer<'/api/v1/administration/licences', 'get'>['items'][number]
export type LiveSession = Answer<'/api/v1/administration/sessions', 'get'>['items'][number]
export type Lockout = Answer<'/api/v1/administration/lockouts', 'get'>['items'][number]
export type ClosedAccount = Answer<'/api/v1/administration/closed-accounts', 'get'>['items'][number]
export type Keys = Answer<'/api/v1/administration/keys', 'get'>
export type Access = Answer<'/api/v1/administration/access-log', 'get'>['items'][number]
export interface Subject {
  id: string
  label: { zh: string; en: string }
}

interface Paged<T> {
  items: T[]
  next_cursor: string | null
}

const most = 100

/** Roles that the court gives, in the order of the court's own list; administrators last. */
export const staffRoles = ['clerk', 'filing_judge', 'judge', 'division_head', 'president', 'cashier'] as const
export const administratorRoles = ['system_admin', 'security_admin', 'audit_admin'] as const

/** Everybody who works here, by division and name; a court has some hundreds, so they are read whole and searched here. */
export async function members(): Promise<Member[]> {
  const found: Member[] = []
  let cursor: string | undefined
  do {
    const page = await answer(client.GET('/api/v1/administration/staff', { params: { query: { limit: most, cursor } } }))
    found.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  const place = (member: Member) => member.division ?? '\uffff'
  return found.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : a.name.localeCompare(b.name, 'zh')))
}

export function divisions(): Promise<Division[]> {
  return answer(client.GET('/api/v1/administration/divisions'))
}

/** What a judge may be named for: the types of case first, then the causes of action in force. */
export async function subjects(): Promise<{ types: Subject[]; causes: Subject[] }> {
  const [catalogue, causes] = await Promise.all([
    answer(client.GET('/api/v1/filing/case-types')),
    answer(client.GET('/api/v1/law/causes')),
  ])
  return {
    types: catalogue.case_types.map(({ id, label }) => ({ id, label })),
    causes: causes.items.map(({ id, name }) => ({ id, label: name })),
  }
}

export function createMember(key: string, body: NewMember): Promise<Member> {
  return answer(client.POST('/api/v1/administration/staff', { body, ...keyed(key) }))
}

const of = (person: string) => ({ params: { path: { person_id: person } } })

export function changePlace(key: string, person: string, body: Place): Promise<Member> {
  return answer(client.POST('/api/v1/administration/staff/{person_id}/place', { ...of(person), body, ...keyed(key) }))
}

export function noteLeave(key: string, person: string, first: string, last: string): Promise<Member> {
  const body = { first_day: first, last_day: last }
  return answer(client.POST('/api/v1/administration/staff/{person_id}/leaves', { ...of(person), body, ...keyed(key) }))
}

export function cancelLeave(key: string, person: string, leave: string): Promise<Member> {
  return answer(
    client.POST('/api/v1/administration/staff/{person_id}/leaves/{leave_id}/cancel', {
      params: { path: { person_id: person, leave_id: leave } },
      ...keyed(key),
    }),
  )
}

export function requestRole(key: string, person: string, role: CourtRole): Promise<Member> {
  return answer(client.POST('/api/v1/administration/staff/{person_id}/roles', { ...of(person), body: { role }, ...keyed(key) }))
}

export function withdrawRole(key: string, person: string, role: CourtRole): Promise<Member> {
  return answer(
    client.POST('/api/v1/administration/staff/{person_id}/roles/withdraw', { ...of(person), body: { role }, ...keyed(key) }),
  )
}

export async function setAccountOpen(key: string, person: string, open: boolean): Promise<number> {
  const request = { ...of(person), ...keyed(key) }
  const done = await answer(
    open
      ? client.POST('/api/v1/administration/people/{person_id}/reopen', request)
      : client.POST('/api/v1/administration/people/{person_id}/close', request),
  )
  return done.count
}

export async function roleRequests(cursor?: string): Promise<Paged<RoleRequest>> {
  const page = await answer(client.GET('/api/v1/administration/role-requests', { params: { query: { cursor } } }))
  return { items: page.items, next_cursor: page.next_cursor ?? null }
}

export function settleRole(key: string, request: string, confirm: boolean): Promise<Member> {
  const call = { params: { path: { request_id: request } }, ...keyed(key) }
  return answer(
    confirm
      ? client.POST('/api/v1/administration/role-requests/{request_id}/confirm', call)
      : client.POST('/api/v1/administration/role-requests/{request_id}/refuse', call),
  )
}

export async function licences(cursor?: string): Promise<Paged<Licence>> {
  const page = await answer(client.GET('/api/v1/administration/licences', { params: { query: { cursor } } }))
  return { items: page.items, next_cursor: page.next_cursor ?? null }
}

export function settleLicence(key: string, person: string, confirm: boolean): Promise<Licence> {
  const request = { ...of(person), ...keyed(key) }
  return answer(
    confirm
      ? client.POST('/api/v1/administration/licences/{person_id}/confirm', request)
      : client.POST('/api/v1/administration/licences/{person_id}/refuse', request),
  )
}

export async function liveSessions(query: { person?: string; cursor?: string }): Promise<Paged<LiveSession>> {
  const page = await answer(client.GET('/api/v1/administration/sessions', { params: { query } }))
  return { items: page.items, next_cursor: page.next_cursor ?? null }
}

export async function endLiveSession(key: string, session: string): Promise<void> {
  const path = { session_id: session }
  await answer(client.POST('/api/v1/administration/sessions/{session_id}/end', { params: { path }, ...keyed(key) }))
}

export async function lockouts(cursor?: string): Promise<Paged<Lockout>> {
  const page = await answer(client.GET('/api/v1/administration/lockouts', { params: { query: { cursor } } }))
  return { items: page.items, next_cursor: page.next_cursor ?? null }
}

export async function clearLockout(key: string, lockout: string): Promise<void> {
  const path = { lockout_id: lockout }
  await answer(client.POST('/api/v1/administration/lockouts/{lockout_id}/clear', { params: { path }, ...keyed(key) }))
}

export async function closedAccounts(query: { search?: string; cursor?: string }): Promise<Paged<ClosedAccount>> {
  const page = await answer(client.GET('/api/v1/administration/closed-accounts', { params: { query } }))
  return { items: page.items, next_cursor: page.next_cursor ?? null }
}

export function keys(): Promise<Keys> {
  return answer(client.GET('/api/v1/administration/keys'))
}

export function rotateKeys(key: string): Promise<Keys> {
  return answer(client.POST('/api/v1/administration/keys/rotate', keyed(key)))
}

export interface AccessQuery {
  person?: string
  matter?: string
  since?: string
  until?: string
  cursor?: string
  limit?: number
}

export async function accesses(query: AccessQuery): Promise<Paged<Access>> {
  const page = await answer(client.GET('/api/v1/administration/access-log', { params: { query } }))
  return { items: page.items, next_cursor: page.next_cursor ?? null }
}
