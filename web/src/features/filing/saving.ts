/** Sends answers as they come, keeps them while there is no connection, and notices other devices. */
import { reactive } from 'vue'
import { groupOf, sameAnswer } from './answerPath'
import type { Saved } from './api'
import type { Outbox, Waiting } from './outbox'
import { sendWaiting, type Send } from './sending'
import { newKey, type Problem } from '@/shared/api'

export interface Conflict {
  path: string
  theirs: unknown
  yours: unknown
  revision: number
}

export interface Saving {
  readonly state: {
    /** `saving`: on its way; `unsaved`: kept on this device; `saved`: the server has everything. */
    now: 'idle' | 'saving' | 'unsaved' | 'saved'
    savedAt: string | null
    conflicts: Conflict[]
    /** Why the server refused an answer; the answer stays in the field. */
    refusals: Record<string, Problem>
  }
  save(path: string, value: unknown): void
  /** Resolves when everything that can be sent was answered. */
  flush(): Promise<void>
  keepMine(path: string): Promise<void>
  takeTheirs(path: string): unknown
  /** A fresh reading of the filing: all its answers are known at this revision. */
  readAt(revision: number): void
}

export interface SavingOptions {
  outbox: Outbox
  revision: number
  send: Send
  saved: (saved: Saved) => void
  /** Somebody else saved something in between. */
  othersSaved: () => void
}

export function useSaving({ outbox, revision, send, saved, othersSaved }: SavingOptions): Saving {
  let read = revision
  let newest = revision
  /** Groups that this device knows at a later revision than the last reading, by its own saves. */
  const known = new Map<string, number>()
  let running: Promise<void> | null = null
  const state = reactive<Saving['state']>({ now: outbox.all().length ? 'unsaved' : 'idle', savedAt: null, conflicts: [], refusals: {} })

  function base(path: string): number {
    return known.get(groupOf(path)) ?? read
  }

  function save(path: string, value: unknown): void {
    delete state.refusals[path]
    outbox.put({ path, value, base: base(path), key: newKey() })
    void flush()
  }

  function flush(): Promise<void> {
    running ??= work().finally(() => (running = null))
    return running
  }

  function held(path: string): boolean {
    return state.conflicts.some((conflict) => conflict.path === path)
  }

  async function work(): Promise<void> {
    if (outbox.all().some(({ path }) => !held(path))) state.now = 'saving'
    // What is saved in the same moment, as when a page is left, goes together.
    await Promise.resolve()
    try {
      await sendWaiting(outbox, held, send, { saved: settle, conflict: meet, refused: refuse })
    } catch {
      state.now = 'unsaved'
      return
    }
    state.now = outbox.all().length || state.conflicts.length ? 'unsaved' : Object.keys(state.refusals).length ? 'idle' : 'saved'
  }

  function settle(sent: readonly Waiting[], done: Saved): void {
    for (const { path, key } of sent) {
      outbox.settle(path, key)
      known.set(groupOf(path), done.revision)
      // What was typed meanwhile rests on what this device itself just saved.
      const later = outbox.all().find((each) => each.path === path)
      if (later) outbox.rebase(path, done.revision, later.key)
    }
    if (done.revision > newest + 1) othersSaved()
    newest = Math.max(newest, done.revision)
    state.savedAt = done.changed_at
    saved(done)
  }

  function meet({ path, value: yours }: Waiting, theirs: unknown, latest: number): void {
    newest = Math.max(newest, latest)
    if (sameAnswer(theirs, yours)) {
      outbox.drop(path)
      known.set(groupOf(path), latest)
      return
    }
    state.conflicts.push({ path, theirs, yours, revision: latest })
  }

  function refuse({ path, key }: Waiting, problem: Problem): void {
    outbox.settle(path, key)
    state.refusals[path] = problem
  }

  async function keepMine(path: string): Promise<void> {
    const conflict = take(path)
    if (!conflict) return
    outbox.rebase(path, conflict.revision, newKey())
    known.set(groupOf(path), conflict.revision)
    await flush()
  }

  function takeTheirs(path: string): unknown {
    const conflict = take(path)
    outbox.drop(path)
    if (!conflict) return undefined
    known.set(groupOf(path), conflict.revision)
    if (!state.conflicts.length && !outbox.all().length) state.now = 'saved'
    return conflict.theirs
  }

  function take(path: string): Conflict | undefined {
    const conflict = state.conflicts.find((each) => each.path === path)
    state.conflicts = state.conflicts.filter((each) => each.path !== path)
    return conflict
  }

  function readAt(at: number): void {
    read = at
    newest = Math.max(newest, at)
    known.clear()
  }

  return { state, save, flush, keepMine, takeTheirs, readAt }
}
