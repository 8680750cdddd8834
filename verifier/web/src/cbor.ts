/** The deterministic part of CBOR that the ledger uses. */
import { fromUtf8 } from './bytes'
import { Fault } from './fault'

export type Plain = number | string | Uint8Array | boolean | null | Plain[]

const DEEPEST = 16

export function decode(encoded: Uint8Array): Plain {
  const reader = new Reader(encoded)
  const value = reader.value(0)
  if (reader.at !== encoded.length) throw new Fault('encoding')
  return value
}

class Reader {
  at = 0

  constructor(private readonly encoded: Uint8Array) {}

  value(depth: number): Plain {
    if (this.at >= this.encoded.length || depth > DEEPEST) throw new Fault('encoding')
    const first = this.encoded[this.at++]!
    const short = first & 31
    if (first >> 5 === 7) {
      if (short === 20 || short === 21) return short === 21
      if (short === 22) return null
      throw new Fault('encoding')
    }
    const number = this.argument(short)
    switch (first >> 5) {
      case 0:
        return number
      case 2:
        return this.take(number)
      case 3:
        return fromUtf8(this.take(number), 'encoding')
      case 4: {
        const values: Plain[] = []
        for (let count = 0; count < number; count++) values.push(this.value(depth + 1))
        return values
      }
      default:
        throw new Fault('encoding')
    }
  }

  private argument(short: number): number {
    if (short < 24) return short
    if (short > 27) throw new Fault('encoding')
    const width = 1 << (short - 24)
    let number = 0n
    for (const byte of this.take(width)) number = (number << 8n) | BigInt(byte)
    // The shortest form only.
    if (number < (width === 1 ? 24n : 1n << BigInt(4 * width)) || number > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new Fault('encoding')
    }
    return Number(number)
  }

  private take(count: number): Uint8Array {
    const taken = this.encoded.slice(this.at, this.at + count)
    if (taken.length !== count) throw new Fault('encoding')
    this.at += count
    return taken
  }
}
