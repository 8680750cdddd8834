/** Asks again while something is under way, more and more slowly, and not while nobody looks. */
import { onScopeDispose } from 'vue'

/** `again`: whether to go on; asked before every try. Pauses grow from `first` to `longest` milliseconds. */
export function usePolling(ask: () => Promise<unknown>, again: () => boolean, { first = 1000, longest = 15_000, factor = 1.5 } = {}): void {
  let pause = first
  let timer = 0
  let over = false

  async function turn(): Promise<void> {
    if (over) return
    if (!document.hidden && again()) {
      await ask()
      pause = Math.min(longest, pause * factor)
    }
    // Disposed while asking.
    if (!(over as boolean)) timer = window.setTimeout(() => void turn(), pause)
  }

  timer = window.setTimeout(() => void turn(), pause)
  onScopeDispose(() => {
    over = true
    clearTimeout(timer)
  })
}
