/** Says something to screen readers without moving the focus; `LiveAnnouncer` in the shell speaks it. */
import { ref } from 'vue'

export const announcement = ref('')

export function announce(words: string): void {
  announcement.value = ''
  // A changed text is read out; clearing first makes the same words heard twice.
  requestAnimationFrame(() => (announcement.value = words))
}
