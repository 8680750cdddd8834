/** What waits in an outbox goes to the server together and in its order; what another device changed, or the server refuses, is told by itself. */
import type { Saved } from './api'
import type { Outbox, Waiting } from './outbox'
import { asProblem, type Problem } from '@/shared/api'
import { sm3 } from '@/shared/digest'

/** As many answers as the server takes in one request. */
const most = 100

export interface Given {
  answers: { path: string; value: unknown; revision: number }[]
}
export type Send = (key: string, body: Given) => Promise<Saved>

export interface Outcome {
  saved: (sent: readonly Waiting[], done: Saved) => void
  /** Another device changed this answer since; `theirs` is what the server has at `revision`. */
  conflict: (waiting: Waiting, theirs: unknown, revision: number) => void
  refused: (waiting: Waiting, problem: Problem) => void
}

/**
 * Sends until nothing is left but what is `held` back. Each answer that is not saved must be held, or out of the outbox,
 * once `outcome` was told. Throws the problem when the server's decision is unknown, or nobody is signed in.
 */
export async function sendWaiting(box: Outbox, held: (path: string) => boolean, send: Send, outcome: Outcome): Promise<void> {
  const ready = () => box.all().filter(({ path }) => !held(path)).slice(0, most)
  for (let turn = ready(); turn.length; turn = ready()) await together(turn, send, outcome)
}

async function together(turn: readonly Waiting[], send: Send, outcome: Outcome): Promise<void> {
  try {
    outcome.saved(turn, await send(keyOf(turn), { answers: turn.map(({ path, value, base }) => ({ path, value, revision: base })) }))
  } catch (error) {
    const problem = asProblem(error)
    if (problem.unsettled || problem.status === 401) throw problem
    const met = conflictsIn(problem, turn)
    if (met.length) for (const [waiting, theirs, revision] of met) outcome.conflict(waiting, theirs, revision)
    // All or none are saved, so which of them is refused, and why, each says when it goes alone.
    else if (turn.length > 1) for (const waiting of turn) await together([waiting], send, outcome)
    else outcome.refused(turn[0]!, problem)
  }
}

/** The same answers have the same key, so that they are saved once however often they are sent. */
function keyOf(turn: readonly Waiting[]): string {
  return turn.length === 1 ? turn[0]!.key : sm3(turn.map(({ key }) => key).join('+'))
}

function conflictsIn(problem: Problem, turn: readonly Waiting[]): [Waiting, unknown, number][] {
  if (problem.code !== 'edited-elsewhere') return []
  const { conflicts, revision } = problem.values as { conflicts?: { path: string; theirs?: unknown }[]; revision?: number }
  return (conflicts ?? []).flatMap(({ path, theirs }) => {
    const waiting = turn.find((each) => each.path === path)
    return waiting ? [[waiting, theirs ?? null, revision ?? waiting.base] as [Waiting, unknown, number]] : []
  })
}
