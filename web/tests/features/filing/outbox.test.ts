import { beforeEach, describe, expect, it, vi } from 'vitest'
import { sendUnsent, unsent } from '@/features/filing/leaving'
import { forget, outbox, waitingFilings } from '@/features/filing/outbox'
import { offline, Problem } from '@/shared/api'
import { beforeSignOut } from '@/shared/leaving'

const sent = vi.hoisted(() => ({ save: vi.fn(), key: vi.fn() }))
vi.mock('@/features/filing/api', () => ({ saveAnswers: sent.save, deviceKey: sent.key }))

const li = { person: 'p1', key: '0123456789abcdeffedcba9876543210' }
const wang = { person: 'p2', key: 'fedcba98765432100123456789abcdef' }
const answer = (path: string, value: unknown = '身份证号 110101199003071234') => ({ path, value, base: 3, key: `key-${path}` })

beforeEach(() => {
  localStorage.clear()
  sent.save.mockReset().mockResolvedValue({})
  sent.key.mockReset().mockResolvedValue(li.key)
})

describe('answers kept on a device', () => {
  it('are there again for the same person, and sealed', () => {
    outbox('f1', li).put(answer('plaintiffs'))
    expect(outbox('f1', li).all()).toEqual([answer('plaintiffs')])
    expect(JSON.stringify({ ...localStorage })).not.toContain('1101')
    expect(localStorage.getItem('tianping.outbox.p1.f1')).toMatch(/^[0-9a-f]{24}\.[0-9a-f]+\.[0-9a-f]{32}$/)
  })
  it('are nothing to another person, nor under another key or in another place', () => {
    outbox('f1', li).put(answer('plaintiffs'))
    expect(outbox('f1', wang).all()).toEqual([])
    expect(outbox('f1', { ...li, key: wang.key }).all()).toEqual([])
    localStorage.setItem('tianping.outbox.p1.f2', localStorage.getItem('tianping.outbox.p1.f1')!)
    expect(outbox('f2', li).all()).toEqual([])
    expect(waitingFilings('p2')).toEqual([])
  })
  it('that are not sealed, or not whole, are taken for none', () => {
    localStorage.setItem('tianping.outbox.p1.f1', JSON.stringify([answer('plaintiffs')]))
    expect(outbox('f1', li).all()).toEqual([])
    outbox('f3', li).put(answer('claims'))
    const kept = localStorage.getItem('tianping.outbox.p1.f3')!
    localStorage.setItem('tianping.outbox.p1.f3', kept.slice(0, -1) + (kept.endsWith('0') ? '1' : '0'))
    expect(outbox('f3', li).all()).toEqual([])
  })
})

describe('signing out', () => {
  it('takes everything of the person away, also what an open page holds, and nothing of others', () => {
    const open = outbox('f1', li)
    open.put(answer('plaintiffs'))
    outbox('f9', wang).put(answer('claims'))
    localStorage.setItem('tus::abc', '{"metadata":{"filename":"病历.pdf"}}')
    localStorage.setItem('tianping.language', 'zh')
    forget('p1')
    expect(open.all()).toEqual([])
    open.settle('plaintiffs', 'other')
    expect(Object.keys({ ...localStorage }).sort()).toEqual(['tianping.language', 'tianping.outbox.p2.f9'])
  })
  it('lets open pages send first, then counts what waits', async () => {
    const page = vi.fn().mockResolvedValue(undefined)
    const gone = beforeSignOut(page)
    expect(await unsent('p1')).toBe(0)
    expect(sent.key).not.toHaveBeenCalled()
    outbox('f1', li).put(answer('plaintiffs'))
    outbox('f1', li).put(answer('claims'))
    outbox('f2', li).put(answer('reasons'))
    expect(await unsent('p1')).toBe(3)
    gone()
    await unsent('p1')
    expect(page).toHaveBeenCalledTimes(2)
  })
  it('says that something waits when there is no connection to say what', async () => {
    outbox('f1', li).put(answer('plaintiffs'))
    sent.key.mockRejectedValue(offline())
    expect(await unsent('p1')).toBe(1)
    await expect(sendUnsent('p1')).rejects.toBeInstanceOf(Problem)
  })
  it('sends with the keys and revisions that were kept; what is refused stays', async () => {
    outbox('f1', li).put(answer('plaintiffs'))
    outbox('f1', li).put(answer('claims'))
    const conflicts = [{ path: 'claims', theirs: null, yours: '' }]
    sent.save.mockImplementation((_: string, __: string, { answers }: { answers: { path: string }[] }) =>
      answers.some(({ path }) => path === 'claims')
        ? Promise.reject(new Problem('refused', 409, 'edited-elsewhere', { zh: '', en: '' }, null, null, [], [], { revision: 4, conflicts }))
        : Promise.resolve({}))
    expect(await sendUnsent('p1')).toBe(1)
    expect(sent.save).toHaveBeenCalledTimes(2)
    expect(sent.save).toHaveBeenLastCalledWith('f1', 'key-plaintiffs', { answers: [{ path: 'plaintiffs', value: answer('').value, revision: 3 }] })
    expect(outbox('f1', li).all().map(({ path }) => path)).toEqual(['claims'])
  })
  it('stops sending when the connection is lost, and keeps the rest', async () => {
    outbox('f1', li).put(answer('plaintiffs'))
    sent.save.mockRejectedValue(offline())
    await expect(sendUnsent('p1')).rejects.toBeInstanceOf(Problem)
    expect(outbox('f1', li).all()).toHaveLength(1)
  })
})
