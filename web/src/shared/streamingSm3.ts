/** SM3 (GB/T 32905-2016) that takes a file piece by piece, so that its size does not matter to the device's memory. */
import { HashMD } from '@noble/hashes/_md.js'

const start = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
] as const
/** The round constants, each already rotated by its round. */
const constants = Int32Array.from({ length: 64 }, (_, round) => rotate(round < 16 ? 0x79cc4519 : 0x7a879d8a, round % 32))
const words = new Int32Array(68)

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

/** Padding, blocks and partial input are those of the well-tried base; the compression is below. */
export class StreamingSm3 extends HashMD<StreamingSm3> {
  private a = start[0] | 0
  private b = start[1] | 0
  private c = start[2] | 0
  private d = start[3] | 0
  private e = start[4] | 0
  private f = start[5] | 0
  private g = start[6] | 0
  private h = start[7] | 0

  constructor() {
    super(64, 32, 8, false)
  }

  protected get(): number[] {
    return [this.a, this.b, this.c, this.d, this.e, this.f, this.g, this.h]
  }

  protected set(a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number): void {
    this.a = a | 0
    this.b = b | 0
    this.c = c | 0
    this.d = d | 0
    this.e = e | 0
    this.f = f | 0
    this.g = g | 0
    this.h = h | 0
  }

  protected process(view: DataView, offset: number): void {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(offset + 4 * i, false)
    for (let i = 16; i < 68; i++) {
      const x = words[i - 16]! ^ words[i - 9]! ^ rotate(words[i - 3]!, 15)
      words[i] = x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(words[i - 13]!, 7) ^ words[i - 6]!
    }
    let { a, b, c, d, e, f, g, h } = this
    for (let i = 0; i < 64; i++) {
      const a12 = rotate(a, 12)
      const ss1 = rotate((a12 + e + constants[i]!) | 0, 7)
      const ff = i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)
      const gg = i < 16 ? e ^ f ^ g : (e & f) | (~e & g)
      const tt1 = (ff + d + (ss1 ^ a12) + (words[i]! ^ words[i + 4]!)) | 0
      const tt2 = (gg + h + ss1 + words[i]!) | 0
      d = c
      c = rotate(b, 9)
      b = a
      a = tt1
      h = g
      g = rotate(f, 19)
      f = e
      e = tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17)
    }
    this.set(a ^ this.a, b ^ this.b, c ^ this.c, d ^ this.d, e ^ this.e, f ^ this.f, g ^ this.g, h ^ this.h)
  }

  protected roundClean(): void {
    words.fill(0)
  }

  destroy(): void {
    this.set(0, 0, 0, 0, 0, 0, 0, 0)
    this.buffer.fill(0)
  }
}
