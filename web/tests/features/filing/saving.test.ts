import { describe, expect, it, vi } from 'vitest'
import type { Saved } from '@/features/filing/api'
import { outbox } from '@/features/filing/outbox'
import { useSaving } from '@/features/filing/saving'
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

type Body = { path: string; value: unknown; revision: number }

/** A server that compares revisions by group, as the real one does. */
function server(revision = 0) {
  const touched = new Map<string, number>()
  const held = new Map<string, unknown>()
  const seen: (Body & { key: string })[] = []
  let down = false
  return {
    seen,
    held,
    get revision() { return revision },
    down(now: boolean) { down = now },
    elsewhere(path: string, value: unknown) { held.set(path, value); touched.set(path, ++revision) },
    async send(key: string, body: Body): Promise<Saved> {
      seen.push({ key, ...body })
      if (down) throw offline()
      if ((touched.get(body.path) ?? 0) > body.revision && JSON.stringify(held.get(body.path)) !== JSON.stringify(body.value)) {
        throw new Problem('refused', 409, 'edited-elsewhere', { zh: '', en: '' }, null, null, [], [], { path: body.path, revision, theirs: held.get(body.path), yours: body.value })
      }
      held.set(body.path, body.value)
      touched.set(body.path, ++revision)
      return { path: body.path, revision, changed_at: '2026-11-22T06:00:00Z', expires_on: '2026-12-22', findings: [], progress: { required: 0, given: 0, groups: [] } }
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
    const box = outbox('f1', li, new Memory())
    const saving = useSaving({
      outbox: box, revision: 0, saved: () => undefined, othersSaved: () => undefined,
      send: (key, body) => (body.path === 'facts.price_paid' ? Promise.reject(refusal) : court.send(key, body)),
    })
    saving.save('facts.price_paid', 'x')
    saving.save('reasons', 'r')
    await saving.flush()
    expect(saving.state.refusals['facts.price_paid']).toBe(refusal)
    expect(court.held.get('reasons')).toBe('r')
    expect(box.all()).toEqual([])
  })
})
