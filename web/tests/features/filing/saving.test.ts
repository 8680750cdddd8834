import { describe, expect, it, vi } from 'vitest'
import type { Saved } from '@/features/filing/api'
import { outbox } from '@/features/filing/outbox'
import { useSaving } from '@/features/filing/saving'
import type { Given } from '@/features/filing/sending'
import { offline, Problem } from '@/shared/api'

class Memory implements Storage {
  private held = new Map<string, string>()
  get length() { return this.held.size }
  clear() { this.held.clear() }
  key(index: number) { return [...this.held.keys()][index] ?? null }
  getItem(key: string) { return this.held.get(key) ?? null }
  setItem(key: string, value: string) { this.held.set(key, value) }
  removeItem(key: string) { this.held.delete(key) }
}

const li = { person: 'p1', key: '0123456789abcdeffedcba9876543210' }

/** A server that compares revisions by answer and saves all of a request or nothing, as the real one does. */
function server(revision = 0) {
  const touched = new Map<string, number>()
  const held = new Map<string, unknown>()
  const seen: { key: string; paths: string[] }[] = []
  const refusals = new Map<string, Problem>()
  let down = false
  return {
    seen,
    held,
    refusals,
    get revision() { return revision },
    down(now: boolean) { down = now },
    elsewhere(path: string, value: unknown) { held.set(path, value); touched.set(path, ++revision) },
    async send(key: string, { answers }: Given): Promise<Saved> {
      seen.push({ key, paths: answers.map(({ path }) => path) })
      if (down) throw offline()
      const conflicts = answers
        .filter(({ path, value, revision: base }) => (touched.get(path) ?? 0) > base && JSON.stringify(held.get(path)) !== JSON.stringify(value))
        .map(({ path, value }) => ({ path, theirs: held.get(path), yours: value }))
      if (conflicts.length) throw new Problem('refused', 409, 'edited-elsewhere', { zh: '', en: '' }, null, null, [], [], { revision, conflicts })
      for (const { path } of answers) if (refusals.has(path)) throw refusals.get(path)!
      revision++
      for (const { path, value } of answers) {
        held.set(path, value)
        touched.set(path, revision)
      }
      return { groups: [], revision, changed_at: '2026-11-22T06:00:00Z', expires_on: '2026-12-22', findings: [], progress: { required: 0, given: 0, groups: [] } }
    },
  }
}

function device(court: ReturnType<typeof server>, storage: Storage = new Memory(), revision = court.revision) {
  const othersSaved = vi.fn()
  const box = outbox('f1', li, storage)
  const saving = useSaving({ outbox: box, revision, send: court.send, saved: () => undefined, othersSaved })
  return { saving, box, othersSaved, storage }
}

describe('saving answers', () => {
  it('sends an answer and says that it is saved', async () => {
    const court = server()
    const { saving, box } = device(court)
    saving.save('facts.order_no', '1')
    expect(saving.state.now).toBe('saving')
    await saving.flush()
    expect(saving.state.now).toBe('saved')
    expect(court.held.get('facts.order_no')).toBe('1')
    expect(box.all()).toEqual([])
  })

  it('keeps answers on the device while there is no connection and sends only the last of each', async () => {
    const court = server()
    const { saving, storage } = device(court)
    court.down(true)
    saving.save('facts.order_no', '1')
    await saving.flush()
    saving.save('facts.order_no', '12')
    saving.save('reasons', 'r')
    await saving.flush()
    expect(saving.state.now).toBe('unsaved')
    expect(outbox('f1', li, storage).all().map(({ value }) => value)).toContain('12')

    court.down(false)
    await saving.flush()
    expect(saving.state.now).toBe('saved')
    expect(court.held.get('facts.order_no')).toBe('12')
    expect(storage.length).toBe(0)
  })

  it('finds the answers again after the page was closed', async () => {
    const court = server()
    const storage = new Memory()
    const first = device(court, storage)
    court.down(true)
    first.saving.save('defendants', [{ name: '甲店' }])
    await first.saving.flush()

    court.down(false)
    const second = device(court, storage)
    expect(second.saving.state.now).toBe('unsaved')
    await second.saving.flush()
    expect(court.held.get('defendants')).toEqual([{ name: '甲店' }])
  })

  it('repeats the same key while the outcome is unknown, so that nothing is saved twice', async () => {
    const court = server()
    const { saving } = device(court)
    court.down(true)
    saving.save('reasons', 'r')
    await saving.flush()
    court.down(false)
    await saving.flush()
    expect(new Set(court.seen.map(({ key }) => key)).size).toBe(1)
  })

  it('shows both values when another device saved the same answer, and overwrites nothing', async () => {
    const court = server()
    const { saving } = device(court)
    court.elsewhere('facts.order_no', 'theirs')
    saving.save('facts.order_no', 'mine')
    await saving.flush()
    expect(saving.state.conflicts).toMatchObject([{ path: 'facts.order_no', theirs: 'theirs', yours: 'mine' }])
    expect(court.held.get('facts.order_no')).toBe('theirs')
  })

  it('keeps mine when the person says so', async () => {
    const court = server()
    const { saving } = device(court)
    court.elsewhere('facts.order_no', 'theirs')
    saving.save('facts.order_no', 'mine')
    await saving.flush()
    await saving.keepMine('facts.order_no')
    expect(court.held.get('facts.order_no')).toBe('mine')
    expect(saving.state.conflicts).toEqual([])
    expect(saving.state.now).toBe('saved')
  })

  it('takes theirs when the person says so, and goes on from there without a new conflict', async () => {
    const court = server()
    const { saving, box } = device(court)
    court.elsewhere('facts.order_no', 'theirs')
    saving.save('facts.order_no', 'mine')
    await saving.flush()
    expect(saving.takeTheirs('facts.order_no')).toBe('theirs')
    expect(box.all()).toEqual([])
    saving.save('facts.order_no', 'theirs, corrected')
    await saving.flush()
    expect(saving.state.conflicts).toEqual([])
    expect(court.held.get('facts.order_no')).toBe('theirs, corrected')
  })

  it('a save of one answer does not make this device believe that it knows the others', async () => {
    const court = server()
    const { saving, othersSaved } = device(court)
    court.elsewhere('defendants', [{ name: '乙' }])
    saving.save('facts.order_no', '1')
    await saving.flush()
    expect(othersSaved).toHaveBeenCalledOnce()
    saving.save('defendants', [{ name: '甲' }])
    await saving.flush()
    expect(saving.state.conflicts).toHaveLength(1)
    expect(court.held.get('defendants')).toEqual([{ name: '乙' }])
  })

  it('tells a refusal at its answer and goes on with the others', async () => {
    const court = server()
    const refusal = new Problem('refused', 400, 'invalid-input', { zh: '金额', en: 'amount' })
    court.refusals.set('facts.price_paid', refusal)
    const { saving, box } = device(court)
    saving.save('facts.price_paid', 'x')
    saving.save('reasons', 'r')
    await saving.flush()
    expect(saving.state.refusals['facts.price_paid']).toBe(refusal)
    expect(court.held.get('reasons')).toBe('r')
    expect(box.all()).toEqual([])
  })

  it('sends what was held without a connection in one request, in its order and under the same key each time', async () => {
    const court = server()
    const { saving, box, othersSaved } = device(court)
    saving.save('reasons', 'r')
    await saving.flush()
    court.down(true)
    saving.save('facts.order_no', '1')
    await saving.flush()
    saving.save('reasons', 'rr')
    saving.save('facts.goods', 'tea')
    await saving.flush()
    await saving.flush()
    court.down(false)
    await saving.flush()
    const [once, again] = court.seen.slice(-2)
    expect(again).toEqual(once)
    expect(again?.paths).toEqual(['facts.order_no', 'reasons', 'facts.goods'])
    expect(again?.key).toMatch(/^[0-9a-f]{64}$/)
    expect([...court.held]).toEqual([['reasons', 'rr'], ['facts.order_no', '1'], ['facts.goods', 'tea']])
    expect(saving.state.now).toBe('saved')
    expect(box.all()).toEqual([])
    expect(othersSaved).not.toHaveBeenCalled()
  })

  it('sends together what is saved in one moment, as when a page is left', async () => {
    const court = server()
    const { saving } = device(court)
    for (const path of ['facts.order_no', 'facts.goods', 'reasons']) saving.save(path, 'x')
    await saving.flush()
    expect(court.seen.map(({ paths }) => paths)).toEqual([['facts.order_no', 'facts.goods', 'reasons']])
  })

  it('tells the conflicts among what was held, and saves the others together', async () => {
    const court = server()
    const { saving, box } = device(court)
    court.down(true)
    for (const [path, value] of [['facts.order_no', '1'], ['facts.goods', 'mine'], ['reasons', 'r']] as const) saving.save(path, value)
    await saving.flush()
    court.elsewhere('facts.goods', 'theirs')
    court.down(false)
    await saving.flush()
    expect(saving.state.conflicts).toMatchObject([{ path: 'facts.goods', theirs: 'theirs', yours: 'mine', revision: 1 }])
    expect(court.seen.slice(-1)).toMatchObject([{ paths: ['facts.order_no', 'reasons'] }])
    expect(court.held.get('reasons')).toBe('r')
    expect(box.all().map(({ path }) => path)).toEqual(['facts.goods'])
    expect(saving.state.now).toBe('unsaved')
    await saving.keepMine('facts.goods')
    expect(court.held.get('facts.goods')).toBe('mine')
  })

  it('finds out which of several answers is refused, and why, and saves the others', async () => {
    const court = server()
    const refusal = new Problem('refused', 422, 'invalid-input', { zh: '金额', en: 'amount' })
    court.refusals.set('facts.price_paid', refusal)
    const { saving, box } = device(court)
    court.down(true)
    for (const path of ['facts.order_no', 'facts.price_paid', 'reasons']) saving.save(path, 'x')
    await saving.flush()
    court.down(false)
    await saving.flush()
    expect(saving.state.refusals).toEqual({ 'facts.price_paid': refusal })
    expect([...court.held.keys()]).toEqual(['facts.order_no', 'reasons'])
    expect(box.all()).toEqual([])
  })
})
