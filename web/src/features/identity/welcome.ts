/** After signing in: know who is here, then go back to where the person wanted to be. */
import { useRoute, useRouter } from 'vue-router'
import { useSession } from '@/shared/session'

export function useWelcome(): () => Promise<void> {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  return async () => {
    await session.load()
    const next = route.query.next
    // Only an address of this site; `//elsewhere` and `/\elsewhere` would leave it.
    const wanted = typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : null
    const home = session.isStaff ? '/workbench' : session.isAdministrator ? '/administration' : '/my'
    const exists = router.resolve(home).name !== 'not-found'
    await router.replace(wanted ?? (exists ? home : '/'))
  }
}
