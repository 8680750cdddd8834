/** Small state kept in the address bar, so that a page can be sent to someone and found again by "back". */
import { customRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/**
 * One text in the query of the address; absent there when it equals `fallback`. Changes replace the entry in history.
 * Several changes in one tick become one navigation.
 */
const pending = new Map<string, string | undefined>()
let scheduled = false

export function useQueryText(name: string, fallback = ''): Ref<string> {
  const route = useRoute()
  const router = useRouter()
  return customRef(() => ({
    get() {
      const value = route.query[name]
      return pending.has(name) ? (pending.get(name) ?? fallback) : typeof value === 'string' ? value : fallback
    },
    set(value) {
      pending.set(name, value === fallback ? undefined : value)
      if (scheduled) return
      scheduled = true
      queueMicrotask(() => {
        const query = { ...route.query, ...Object.fromEntries(pending) }
        pending.clear()
        scheduled = false
        void router.replace({ query, hash: route.hash })
      })
    },
  }))
}
