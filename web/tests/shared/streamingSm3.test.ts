import { describe, expect, it } from 'vitest'
import { StreamingSm3 } from '@/shared/streamingSm3'
import { sm3 } from '@/shared/digest'

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

describe('SM3 piece by piece', () => {
  it('gives the examples of GB/T 32905-2016', () => {
    expect(hex(new StreamingSm3().update('abc').digest())).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
    expect(hex(new StreamingSm3().update('abcd'.repeat(16)).digest())).toBe(
      'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
    )
  })

  it('is that of another implementation at every length around a block, however it is cut', () => {
    for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000]) {
      const message = Uint8Array.from({ length }, (_, index) => (index * 31 + length) % 256)
      const expected = sm3(message)
      for (const cut of [1, 7, 64, 100]) {
        const hash = new StreamingSm3()
        for (let at = 0; at < length; at += cut) hash.update(message.subarray(at, at + cut))
        expect(hex(hash.digest()), `${length} by ${cut}`).toBe(expected)
      }
    }
  })

  it('does not mix two digests that grow side by side', () => {
    const one = new StreamingSm3().update('a')
    const other = new StreamingSm3().update('x')
    one.update('bc')
    other.update('yz')
    expect(hex(one.digest())).toBe(sm3('abc'))
    expect(hex(other.digest())).toBe(sm3('xyz'))
  })
})
