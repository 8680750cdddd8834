/** Who is here and what the server lets them see: `GET /api/v1/session`, read once and after every sign-in or -out. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { answer, client, onSignedOut, useCsrfToken, type Answer } from '@/shared/api'

export type SessionView = Answer<'/api/v1/session', 'get'>

export const roles = [
  'litigant', 'lawyer', 'clerk', 'filing_judge', 'judge', 'division_head', 'president', 'cashier',
  'system_admin', 'security_admin', 'audit_admin',
] as const
export type Role = (typeof roles)[number]

export const staffRoles: readonly Role[] = ['clerk', 'filing_judge', 'judge', 'division_head', 'president', 'cashier']
export const adminRoles: readonly Role[] = ['system_admin', 'security_admin', 'audit_admin']

export const useSession = defineStore('session', () => {
  const view = shallowRef<SessionView | null>(null)
  /** True when the server ended a session that this page still believed in. */
  const expired = ref(false)
  let loading: Promise<void> | null = null

  function take(next: SessionView): void {
    view.value = next
    useCsrfToken(next.csrf_token)
    if (next.signed_in) expired.value = false
  }

  async function load(): Promise<void> {
    take(await answer(client.GET('/api/v1/session')))
  }

  /** Resolves when the session is known; several callers share one request. */
  function ready(): Promise<void> {
    if (view.value) return Promise.resolve()
    loading ??= load().finally(() => (loading = null))
    return loading
  }

  onSignedOut(() => {
    if (!view.value?.signed_in) return
    view.value = { ...view.value, signed_in: false, person: null, roles: [], permitted_acts: [] }
    expired.value = true
  })

  const signedIn = computed(() => view.value?.signed_in ?? false)
  const person = computed(() => view.value?.person ?? null)
  const held = computed<readonly string[]>(() => view.value?.roles ?? [])
  const court = computed(() => view.value?.court ?? null)
  const demo = computed(() => view.value?.demo ?? false)

  function hasAny(wanted: readonly Role[]): boolean {
    return wanted.some((role) => held.value.includes(role))
  }

  const isStaff = computed(() => hasAny(staffRoles))
  const isAdministrator = computed(() => hasAny(adminRoles))

  return {
    view, expired, signedIn, person, roles: held, court, demo, isStaff, isAdministrator,
    load, ready, take, hasAny,
  }
})
