import { describe, expect, it } from 'vitest'
import { bytesInWords, momentInWords, numberIn, partsOfBundle, sharedCodeIn } from '@/features/evidence/words'

describe('storage numbers as people bring them', () => {
  const number = 'TP1-WORKS-20261122-000000042-7K'
  it.each([
    number, ` ${number} `, number.toLowerCase(), 'ＴＰ１－ＷＯＲＫＳ－２０２６１１２２－０００００００４２－７Ｋ', 'TP1–WORKS–20261122–000000042–7K',
    `https://court.example/check/evidence?number=${number}`, 'TP1-WORKS-20261122- 000000042-7K', `存证编号：${number}`,
  ])('are found in %j', (text) => expect(numberIn(text)).toBe(number))

  it.each(['', 'TP1-WORKS-20261122', '京0499-2026-SL-000012', 'https://court.example/'])('are not found in %j', (text) =>
    expect(numberIn(text)).toBeNull())

  it('differ from codes of shared deposits', () => {
    expect(sharedCodeIn('http://localhost:8000/shared/8YNTSVX4ZGD43V39G8WW77YAHM')).toBe('8YNTSVX4ZGD43V39G8WW77YAHM')
    expect(sharedCodeIn(number)).toBeNull()
  })
})

describe('a proof bundle', () => {
  it('gives number and salt', () => {
    const text = JSON.stringify({ format: 'tianping-proof/1', number: 'TP1-X', opening: { salt: btoa('\x00\xff0123456789abcd') } })
    expect(partsOfBundle(text)).toEqual({ number: 'TP1-X', salt: '00ff3031323334353637383961626364' })
  })

  it('without its opening gives the number alone', () => {
    expect(partsOfBundle('{"format":"tianping-proof/1","number":"TP1-X","opening":null}')).toEqual({ number: 'TP1-X', salt: null })
  })

  it.each(['', '[]', 'null', '{"format":"other"}', '{"format":"tianping-proof/1","number":"a","opening":{"salt":"%%"}}'])('is nothing else: %j', (text) =>
    expect(partsOfBundle(text)).toBeNull())
})

it('moments are told to the second in court time, sizes in round numbers', () => {
  expect(momentInWords('2026-11-22T09:21:16.575Z', 'zh')).toBe('2026年11月22日 17:21:16')
  expect(momentInWords('2026-11-22T18:00:00Z', 'en')).toBe('23 November 2026, 02:00:00')
  expect([0, 1023, 1536, 300002, 5 * 1024 ** 2, 2 * 1024 ** 3].map(bytesInWords)).toEqual(['0 B', '1023 B', '1.5 KB', '293 KB', '5.0 MB', '2.00 GB'])
})
