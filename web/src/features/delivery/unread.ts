/** How many notices are unopened: asked when somebody is here, on coming back to the page, and every minute. */
import { ref } from 'vue'
import { myMessages } from './api'

const everyMs = 60_000
export const unread = ref(0)

async function ask(): Promise<void> {
  if (document.visibilityState !== 'visible') return
  try {
    unread.value = (await myMessages(undefined, 1)).unread
  } catch {
    return // The next minute asks again; the page itself tells what went wrong.
  }
}

/** Keeps `unread` fresh until the answered function is called. */
export function watchUnread(): () => void {
  const timer = setInterval(() => void ask(), everyMs)
  document.addEventListener('visibilitychange', ask)
  void ask()
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', ask)
    unread.value = 0
  }
}
