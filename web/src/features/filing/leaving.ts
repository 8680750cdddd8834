/** Before somebody signs out: what of their answers was not sent yet, and sending it. */
import * as api from './api'
import { forget, outbox, waitingFilings } from './outbox'
import { sendWaiting } from './sending'
import { settlePages } from '@/shared/leaving'

/** How many answers of the person wait on this device, after the open pages tried to send theirs. */
export async function unsent(person: string): Promise<number> {
  await settlePages()
  const filings = waitingFilings(person)
  if (!filings.length) return 0
  // Without a connection nobody can be told what waits, only that something does.
  const key = await api.deviceKey().catch(() => null)
  if (!key) return filings.length
  return filings.reduce((sum, filing) => sum + outbox(filing, { person, key }).all().length, 0)
}

/** Sends what waits, in order. Answers that the server refuses, or that another device changed, stay. Returns how many stay. */
export async function sendUnsent(person: string): Promise<number> {
  const key = await api.deviceKey()
  let left = 0
  for (const filing of waitingFilings(person)) {
    const box = outbox(filing, { person, key })
    const stay = new Set<string>()
    await sendWaiting(box, (path) => stay.has(path), (own, body) => api.saveAnswers(filing, own, body), {
      saved: (sent) => sent.forEach((each) => box.settle(each.path, each.key)),
      conflict: ({ path }) => stay.add(path),
      refused: ({ path }) => stay.add(path),
    })
    left += stay.size
  }
  return left
}

export { forget }
