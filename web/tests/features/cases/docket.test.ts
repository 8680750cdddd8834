import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { verifyDocket } from '@/features/cases/docket'

/** Exported by the court's own code (tests/vectors/make.py), with restricted entries both shown and hidden. */
const file = readFileSync('tests/vectors/docket.json', 'utf-8')
const check = (text: string) => verifyDocket(new TextEncoder().encode(text))

function changed(change: (content: { entries: Record<string, unknown>[]; head: { seq: number } } & Record<string, unknown>) => void): string {
  const content = JSON.parse(file)
  change(content)
  return JSON.stringify(content)
}

describe('an exported docket checked in the browser', () => {
  it('fits as the court wrote it', () => {
    expect(check(file)).toMatchObject({ good: true, code: 'ok', entry: null, number: '（2026）京0499民初12号' })
  })

  it('names the first entry whose words were changed', () => {
    expect(check(file.replace('25.00元', '26.00元'))).toMatchObject({ good: false, code: 'hash', entry: 4 })
  })

  it('notices a missing, a moved and an added entry', () => {
    expect(check(changed(({ entries }) => entries.splice(2, 1)))).toMatchObject({ code: 'order', entry: 3 })
    expect(check(changed(({ entries }) => entries.reverse()))).toMatchObject({ code: 'order', entry: 1 })
    expect(check(changed(({ entries }) => entries.push(entries[0]!)))).toMatchObject({ code: 'order', entry: 7 })
    expect(check(changed(({ entries }) => entries.pop()))).toMatchObject({ code: 'head', entry: null })
  })

  it('notices that disclosed words are not those of the digest', () => {
    const words = check(changed(({ entries }) => ((entries[4]!.disclosed as { zh: string }).zh = '另有原因')))
    expect(words).toMatchObject({ code: 'disclosed', entry: 5 })
  })

  it('notices a changed name of the court, another writing, and what is no docket', () => {
    expect(check(file.replace('京天互联网法院', '京地互联网法院'))).toMatchObject({ code: 'digest', entry: null })
    expect(check(JSON.stringify(JSON.parse(file), null, 1))).toMatchObject({ code: 'not-canonical' })
    expect(check(changed(({ entries }) => delete entries[1]!.actor))).toMatchObject({ code: 'shape', entry: 2 })
    expect(check('{"format":"another"}')).toMatchObject({ code: 'not-a-docket' })
    expect(check('{"format":"tianping-docket/1"}')).toMatchObject({ code: 'no-entries' })
    expect(check('<html>')).toMatchObject({ code: 'not-json' })
  })
})
