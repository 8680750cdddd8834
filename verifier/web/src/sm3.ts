/** SM3 (GB/T 32905-2016), block by block, so that a file of any size fits. */
import { join, utf8, type Bytes } from './bytes'

const START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]
const turned = (word: number, by: number): number => (by % 32 ? (word << (by % 32)) | (word >>> (32 - (by % 32))) : word)
const ROUND = Int32Array.from({ length: 64 }, (_, round) => turned(round < 16 ? 0x79cc4519 : 0x7a879d8a, round))

export class Sm3 {
  private readonly state = Int32Array.from(START)
  private readonly words = new Int32Array(68)
  private rest: Uint8Array = new Uint8Array()
  private length = 0

  update(message: Uint8Array): this {
    this.length += message.length
    let content = message
    if (this.rest.length) content = join(this.rest, message)
    const whole = content.length - (content.length % 64)
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
    for (let at = 0; at < whole; at += 64) this.compress(view, at)
    this.rest = content.slice(whole)
    return this
  }

  digest(): Bytes {
    const tail = new Uint8Array(this.rest.length + 9 + ((128 - ((this.rest.length + 9) % 64)) % 64))
    tail.set(this.rest)
    tail[this.rest.length] = 0x80
    const view = new DataView(tail.buffer)
    view.setUint32(tail.length - 8, Math.floor(this.length / 0x20000000))
    view.setUint32(tail.length - 4, (this.length * 8) % 0x100000000)
    for (let at = 0; at < tail.length; at += 64) this.compress(view, at)
    const out = new Uint8Array(32)
    const written = new DataView(out.buffer)
    this.state.forEach((word, at) => written.setInt32(4 * at, word))
    return out
  }

  private compress(block: DataView, at: number): void {
    const w = this.words
    for (let j = 0; j < 16; j++) w[j] = block.getInt32(at + 4 * j)
    for (let j = 16; j < 68; j++) {
      const x = w[j - 16]! ^ w[j - 9]! ^ turned(w[j - 3]!, 15)
      w[j] = x ^ turned(x, 15) ^ turned(x, 23) ^ turned(w[j - 13]!, 7) ^ w[j - 6]!
    }
    let [a, b, c, d, e, f, g, h] = this.state as unknown as [number, number, number, number, number, number, number, number]
    for (let j = 0; j < 64; j++) {
      const high = turned(a, 12)
      const first = turned((high + e + ROUND[j]!) | 0, 7)
      const second = first ^ high
      const mixed = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)
      const chosen = j < 16 ? e ^ f ^ g : (e & f) | (~e & g)
      const one = (mixed + d + second + (w[j]! ^ w[j + 4]!)) | 0
      const two = (chosen + h + first + w[j]!) | 0
      ;[d, c, b, a] = [c, turned(b, 9), a, one]
      ;[h, g, f, e] = [g, turned(f, 19), e, two ^ turned(two, 9) ^ turned(two, 17)]
    }
    ;[a, b, c, d, e, f, g, h].forEach((word, place) => (this.state[place]! ^= word))
  }
}

export function sm3(...parts: Uint8Array[]): Bytes {
  const state = new Sm3()
  for (const part of parts) state.update(part)
  return state.digest()
}

/** `tag ‖ 0x00 ‖ message`. */
export function tagged(tag: string, message: Uint8Array): Bytes {
  return join(utf8(tag), Uint8Array.of(0), message)
}
