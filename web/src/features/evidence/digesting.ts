/** A chosen file with its digests as they are worked out: how far, how long still, and what went wrong. */
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { digestsOfFile, type FileDigests } from '@/shared/fileDigests'

export const largestFile = 20 * 1024 ** 3
type Trouble = 'tooLarge' | 'unreadable' | null

export interface Digesting {
  file: ShallowRef<File | null>
  digests: ShallowRef<FileDigests | null>
  percent: ComputedRef<number>
  /** Seconds left at the pace so far; null while unknown. */
  leftS: ComputedRef<number | null>
  busy: Ref<boolean>
  trouble: Ref<Trouble>
  take: (chosen: File | null | undefined) => Promise<void>
  stop: () => void
}

export function useDigesting(): Digesting {
  const file = shallowRef<File | null>(null)
  const digests = shallowRef<FileDigests | null>(null)
  const done = ref(0)
  const busy = ref(false)
  const trouble = ref<Trouble>(null)
  let running: AbortController | null = null
  let begun = 0

  const percent = computed(() => (file.value?.size ? Math.min(100, Math.floor((done.value / file.value.size) * 100)) : 0))
  const leftS = computed(() => {
    if (!busy.value || !file.value || done.value === 0) return null
    return ((performance.now() - begun) / done.value) * (file.value.size - done.value) / 1000
  })

  async function take(chosen: File | null | undefined): Promise<void> {
    running?.abort()
    file.value = chosen ?? null
    digests.value = null
    done.value = 0
    trouble.value = chosen && chosen.size > largestFile ? 'tooLarge' : null
    busy.value = false
    if (!chosen || trouble.value) return
    const mine = (running = new AbortController())
    begun = performance.now()
    busy.value = true
    try {
      const found = await digestsOfFile(chosen, (bytes) => { if (running === mine) done.value = bytes }, mine.signal)
      if (running === mine) digests.value = found
    } catch {
      if (running === mine && !mine.signal.aborted) trouble.value = 'unreadable'
    } finally {
      if (running === mine) busy.value = false
    }
  }

  function stop(): void {
    running?.abort()
    running = null
    busy.value = false
    file.value = null
  }

  onScopeDispose(() => running?.abort())
  return { file, digests, percent, leftS, busy, trouble, take, stop }
}
