import { describe, expect, it } from 'vitest'
import { isCite, isOpen, stateTone, stepsOf } from '@/features/payments/orders'

describe('fee orders', () => {
  it('are open while money may be paid', () => {
    expect((['due', 'deferred', 'paid', 'waived', 'overdue', 'cancelled', 'refunded'] as const).filter((state) => isOpen({ state }))).toEqual(['due', 'deferred'])
  })

  it('never show an overdue order as done', () => {
    expect(stateTone('overdue')).toBe('overdue')
    expect(stateTone('paid')).toBe('done')
  })

  it('link what the statute book can open', () => {
    expect(['FM 22.1', 'COA20 1', 'JI 213'].every(isCite)).toBe(true)
    expect(isCite('《诉讼费用交纳办法》第二十二条')).toBe(false)
  })

  it('show each step in both languages with its amount', () => {
    expect(stepsOf({ steps: [{ text: { zh: '减半', en: 'Halved' }, amount: '25.00' }] })).toEqual([{ zh: '减半', en: 'Halved', amount: '25.00' }])
  })
})
