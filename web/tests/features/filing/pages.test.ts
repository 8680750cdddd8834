import { describe, expect, it } from 'vitest'
import type { CaseType, Finding, Question } from '@/features/filing/api'
import { groupOf, sameAnswer, valueAt, withAnswer } from '@/features/filing/answerPath'
import { pageOf, pagesFor, pageState } from '@/features/filing/pages'
import { placeInWords, readPlace } from '@/features/filing/place'

function question(key: string): Question {
  const text = { zh: key, en: key }
  return { key, path: `facts.${key}`, label: text, type: 'text', required: true, options: [], example: null, why: text, articles: [] }
}
const kind = {
  id: 'ecom_sale', label: { zh: '网络购物纠纷', en: '' }, causes: [], heard_here: true, note: null, claims: [], bring: [], links: [], articles: [],
  questions: ['platform', 'shop', 'order_no', 'goods', 'price_paid', 'new_1', 'new_2', 'new_3', 'new_4', 'new_5'].map(question),
} as CaseType
const pages = pagesFor(kind)
const finding = (field: string, code: string): Finding => ({ field, code, message: { zh: '', en: '' }, short: { zh: '', en: '' }, blocking: true, article: null })

describe('answers by path', () => {
  it('groups as the server does', () => {
    expect(groupOf('plaintiffs.0.name')).toBe('plaintiffs')
    expect(groupOf('facts.order_no')).toBe('facts.order_no')
    expect(groupOf('wishes.online')).toBe('wishes.online')
  })
  it('puts in, takes out and reads', () => {
    const one = withAnswer({}, 'facts.order_no', '1')
    expect(valueAt(one, 'facts.order_no')).toBe('1')
    expect(withAnswer(one, 'facts.order_no', null).facts).toEqual({})
    expect(withAnswer(one, 'defendants', [{ name: '甲' }]).defendants).toEqual([{ name: '甲' }])
    expect(valueAt({ defendants: [{ name: '甲' }] }, 'defendants.0.name')).toBe('甲')
    expect(valueAt({}, 'defendants.3.name')).toBeUndefined()
  })
  it('takes empty, null and absent for the same', () => {
    expect(sameAnswer([{ name: '甲', address: '' }], [{ address: null, name: '甲' }])).toBe(true)
    expect(sameAnswer('', null)).toBe(true)
    expect(sameAnswer(false, null)).toBe(false)
  })
})

describe('question pages', () => {
  it('asks every element exactly once, also those without a theme', () => {
    const asked = pages.flatMap(({ facts }) => facts.map(({ key }) => key))
    expect([...asked].sort()).toEqual(kind.questions.map(({ key }) => key).sort())
    expect(pages.map(({ key }) => key)).toEqual(expect.arrayContaining(['order', 'goods', 'more-1', 'more-2']))
  })
  it('begins with the type of dispute while there is none', () => {
    expect(pagesFor(undefined)[0]!.key).toBe('kind')
  })
  it.each([
    ['facts.order_no', 'order'], ['facts.new_5', 'more-2'], ['defendants.0.name', 'defendants'], ['cause', 'kind'],
    ['links.act_online', 'places'], ['evidence.2.upload_id', 'evidence'], ['agents.0', 'plaintiffs'], ['third_parties.0.interest', 'third_parties'], ['unheard', 'kind'],
  ])('finds the page of %s', (path, key) => expect(pageOf(path, pages)).toBe(key))
  it('tells done, to do and wrong apart', () => {
    const order = pages.find(({ key }) => key === 'order')!
    expect(pageState(order, pages, {}, [finding('facts.order_no', 'required')])).toBe('todo')
    expect(pageState(order, pages, { facts: { order_no: '1' } }, [finding('facts.order_no', 'ill-typed')])).toBe('problem')
    expect(pageState(order, pages, { facts: { order_no: '1' } }, [])).toBe('done')
    expect(pageState(order, pages, {}, [])).toBe('todo')
  })
})

describe('places on the papers', () => {
  it.each([['证据2 第3页', { exhibit: 1, page: 3 }], ['起诉状', { exhibit: null, page: null }], ['证据 10，第12页', { exhibit: 9, page: 12 }]])('reads %s', (words, place) => {
    expect(readPlace(words)).toEqual(place)
  })
  it('writes what it reads', () => {
    expect(readPlace(placeInWords({ exhibit: 4, page: 7 }))).toEqual({ exhibit: 4, page: 7 })
    expect(readPlace('见附件')).toBeNull()
  })
})
