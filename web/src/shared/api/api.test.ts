import { describe, expect, it, vi } from 'vitest'
import { answer, client, Problem, useAct } from '.'
import { asProblem, readProblem } from './problem'
import { language } from '@/shared/preferences'

function reply(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })
}

const refusal = {
  type: 'about:blank', title: '填写内容有误', status: 422, code: 'invalid-input', request_id: 'r-1', articles: ['FM 13(1)'],
  fields: [{ field: 'amount', code: 'required', message: '请填写金额', messages: { zh: '请填写金额', en: 'Enter an amount' } }],
  messages: { title: { zh: '填写内容有误', en: 'Some answers need attention' }, detail: null },
}

describe('problems', () => {
  it('of the server keep both languages, fields, articles and number', async () => {
    const problem = await readProblem(reply(422, refusal))
    expect(problem).toMatchObject({ kind: 'refused', code: 'invalid-input', requestId: 'r-1', articles: ['FM 13(1)'], unsettled: false })
    expect(problem.title.en).toBe('Some answers need attention')
    expect(problem.field('amount')).toEqual({ zh: '请填写金额', en: 'Enter an amount' })
  })

  it('that are no problem document are ours, with the number from the header', async () => {
    const response = new Response('<html>Bad gateway</html>', { status: 502, headers: { 'X-Request-ID': 'r-2' } })
    expect(await readProblem(response)).toMatchObject({ kind: 'failed', code: 'http-502', requestId: 'r-2', unsettled: true })
  })

  it('of the network say that nothing is lost', () => {
    expect(asProblem(new TypeError('Failed to fetch'))).toMatchObject({ kind: 'offline', unsettled: true })
  })
})

describe('the client', () => {
  it('sends language and key, and throws refusals', async () => {
    const fetched = vi.fn<(request: Request) => Promise<Response>>().mockResolvedValue(reply(422, refusal))
    vi.stubGlobal('fetch', fetched)
    language.value = 'en'
    await expect(answer(client.POST('/api/v1/law/fee', { body: { act: 'labour' } }))).rejects.toBeInstanceOf(Problem)
    const sent = fetched.mock.calls[0]![0]
    expect(sent.headers.get('Accept-Language')).toBe('en')
    expect(sent.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('turns a lost connection into a problem', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('Failed to fetch')))
    await expect(answer(client.GET('/api/v1/session'))).rejects.toMatchObject({ kind: 'offline' })
  })
})

describe('an act', () => {
  const lost = () => new TypeError('Failed to fetch')

  it('keeps its key while the outcome is unknown and takes a new one once it is settled', async () => {
    const keys: string[] = []
    const outcomes: (() => string)[] = [() => { throw lost() }, () => 'done', () => 'again']
    const act = useAct(async (key: string, amount: string) => {
      keys.push(key)
      return outcomes.shift()!() + amount
    })
    expect(await act.run('5')).toBeUndefined()
    expect(act.problem.value?.kind).toBe('offline')
    expect(await act.run('5')).toBe('done5')
    expect(act.problem.value).toBeNull()
    await act.run('5')
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
  })

  it('takes a new key when the input changed or the server said no', async () => {
    const keys: string[] = []
    const act = useAct(async (key: string, amount: string) => {
      keys.push(key)
      if (amount === 'refused') throw await readProblem(reply(422, refusal))
      throw lost()
    })
    await act.run('5')
    await act.run('6')
    await act.run('refused')
    await act.run('refused')
    expect(new Set(keys).size).toBe(4)
  })

  it('is not done twice by a double press', async () => {
    let finish: (value: string) => void = () => undefined
    const perform = vi.fn(() => new Promise<string>((resolve) => (finish = resolve)))
    const act = useAct(perform)
    const first = act.run()
    expect(await act.run()).toBeUndefined()
    finish('done')
    expect(await first).toBe('done')
    expect(perform).toHaveBeenCalledTimes(1)
  })
})
