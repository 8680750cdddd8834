/** The record of accesses in words, and as a file. */
import { describe, expect, it } from 'vitest'
import { csv } from './csv'
import zh from './locale/duties.zh'
import { traceOf } from './traces'

describe('what was done', () => {
  it.each([
    ['case', 'docket export', { act: 'docket_export' }],
    ['account', 'role division_head withdrawn', { act: 'role_withdrawn', role: 'division_head' }],
    ['account', "lawyer's licence refused", { act: 'licence_refused' }],
    ['keys', 'key 3 made', { act: 'key_made', number: '3' }],
    ['filing', 'exhibits', { act: 'exhibits' }],
    ['ledger-application', 'paper', { act: 'application_paper' }],
    ['document', 'fee_notice', { act: 'paper', paper: 'fee_notice' }],
  ])('%s: %s', (matter, what, expected) => {
    const trace = traceOf({ matter, what })
    expect(trace).toEqual(expected)
    expect(zh.log.acts).toHaveProperty(trace!.act)
  })

  it('shows a code that has no words as it is', () => expect(traceOf({ matter: 'case', what: 'something new' })).toBeNull())
})

describe('a file for spreadsheets', () => {
  it('quotes what needs it and begins with the mark for UTF-8', () =>
    expect(csv([['时间', '人员'], ['a,b', 'say "no"\nplease']])).toBe('\uFEFF时间,人员\r\n"a,b","say ""no""\nplease"\r\n'))

  it('runs no formula', () => expect(csv([['=1+1', '+86', '@x', '-1']])).toBe("\uFEFF'=1+1,'+86,'@x,'-1\r\n"))
})
