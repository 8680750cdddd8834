/** Reading and acting with the states that a page must show: busy, done, refused, unknown. */
import { type Ref, type ShallowRef, onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue'
import { newKey, refreshCsrfToken } from './client'
import { asProblem, type Problem } from './problem'

export interface Act<A extends unknown[], R> {
  busy: Ref<boolean>
  problem: ShallowRef<Problem | null>
  /** Runs the act; answers undefined when it was refused (see `problem`) or is already running. */
  run: (...input: A) => Promise<R | undefined>
  clear: () => void
}

/**
 * One act of a person. The idempotency key stays the same while the outcome is unknown (no connection, 5xx) and the
 * input has not changed, so that pressing again never does it twice; a settled answer takes a new key next time.
 */
export function useAct<A extends unknown[], R>(perform: (key: string, ...input: A) => Promise<R>): Act<A, R> {
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let key: string | null = null
  let sentWith = ''

  async function run(...input: A): Promise<R | undefined> {
    if (busy.value) return undefined
    const now = JSON.stringify(input)
    if (!key || sentWith !== now) key = newKey()
    sentWith = now
    busy.value = true
    problem.value = null
    try {
      const sent = key
      const result = await perform(sent, ...input).catch(async (error: unknown) => {
        if (asProblem(error).code !== 'csrf-token-wrong') throw error
        await refreshCsrfToken()
        return perform(sent, ...input)
      })
      key = null
      return result
    } catch (error) {
      const met = asProblem(error)
      if (!met.unsettled) key = null
      problem.value = met
      return undefined
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, run, clear: () => (problem.value = null) }
}

export interface Read<T> {
  data: ShallowRef<T | undefined>
  loading: Ref<boolean>
  problem: ShallowRef<Problem | null>
  reload: () => Promise<void>
}

/** Loads now and whenever a source changes; keeps the last data on screen while loading again; late answers are dropped. */
export function useRead<T>(load: () => Promise<T>, sources?: WatchSource | WatchSource[]): Read<T> {
  const data = shallowRef<T>()
  const loading = ref(true)
  const problem = shallowRef<Problem | null>(null)
  let turn = 0

  async function reload(): Promise<void> {
    const mine = ++turn
    loading.value = true
    problem.value = null
    try {
      const loaded = await load()
      if (mine === turn) data.value = loaded
    } catch (error) {
      if (mine === turn) problem.value = asProblem(error)
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  if (sources) watch(sources, () => void reload())
  onScopeDispose(() => void turn++)
  void reload()
  return { data, loading, problem, reload }
}
