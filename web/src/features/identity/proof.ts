/** Proof of work against machines that try numbers and passwords (altcha): the device works a moment, nobody types letters. */
import { answer, client } from '@/shared/api'

interface Challenge {
  parameters: { algorithm: string }
  signature?: string
}

async function worker(algorithm: string): Promise<Worker> {
  const { default: Solver } = algorithm.startsWith('SHA')
    ? await import('altcha/workers/sha?worker')
    : await import('altcha/workers/pbkdf2?worker')
  return new Solver()
}

/** Fetches a challenge and answers its solved payload, as the server takes it in `altcha`. */
export async function proofOfWork(): Promise<string> {
  const [challenge, { solveChallengeWorkers }] = await Promise.all([
    answer(client.GET('/api/v1/altcha')),
    import('altcha/lib'),
  ])
  const { parameters, signature } = challenge as unknown as Challenge
  const concurrency = Math.min(4, Math.max(1, (navigator.hardwareConcurrency || 2) - 1))
  type Options = Parameters<typeof solveChallengeWorkers>[0]
  const solution = await solveChallengeWorkers({
    challenge: { parameters, signature } as Options['challenge'],
    concurrency,
    createWorker: worker,
  })
  if (!solution) throw new Error('proof of work was not found in time')
  return btoa(JSON.stringify({ challenge: { parameters, signature }, solution }))
}
