/** DER (ITU-T X.690): one encoding for one content, anything else is refused. */
import { compare, hex, join } from './bytes'
import { Fault } from './fault'

export const [INTEGER, BIT_STRING, OCTET_STRING, OID, UTC_TIME, GENERALIZED_TIME] = [2, 3, 4, 6, 23, 24]
export const BOOLEAN = 1
export const SEQUENCE = 0x30
export const SET = 0x31
export const context = (number: number): number => 0xa0 | number

export class Node {
  constructor(
    readonly tag: number,
    readonly raw: Uint8Array,
    readonly content: Uint8Array,
  ) {}

  children(): Node[] {
    const found: Node[] = []
    let rest = this.content
    while (rest.length) {
      const [node, after] = begin(rest)
      found.push(node)
      rest = after
    }
    return found
  }

  /** Exactly so many children. */
  parts(count: number): Node[] {
    const found = this.children()
    if (found.length !== count) throw new Fault('der')
    return found
  }

  only(): Node {
    return this.parts(1)[0]!
  }

  expect(tag: number): Node {
    if (this.tag !== tag) throw new Fault('der')
    return this
  }

  /** Of a non-negative INTEGER. */
  unsigned(): bigint {
    const digits = this.expect(INTEGER!).content
    const needless = digits.length > 1 && digits[0] === 0 && digits[1]! < 0x80
    if (!digits.length || needless || digits[0]! > 0x7f) throw new Fault('der')
    return BigInt(`0x${hex(digits)}`)
  }

  oid(): string {
    const content = this.expect(OID!).content
    if (!content.length || content.at(-1)! & 0x80) throw new Fault('der')
    const numbers: number[] = []
    let number = 0
    for (const digit of content) {
      if (number === 0 && digit === 0x80) throw new Fault('der')
      number = number * 128 + (digit & 0x7f)
      if (digit < 0x80) {
        numbers.push(number)
        number = 0
      }
    }
    const first = Math.min(Math.floor(numbers[0]! / 40), 2)
    return [first, numbers[0]! - 40 * first, ...numbers.slice(1)].join('.')
  }
}

export function parse(encoded: Uint8Array): Node {
  const [node, rest] = begin(encoded)
  if (rest.length) throw new Fault('der')
  return node
}

/** The first value and what follows it. */
export function begin(encoded: Uint8Array): [Node, Uint8Array] {
  if (encoded.length < 2 || (encoded[0]! & 0x1f) === 0x1f) throw new Fault('der')
  let length = encoded[1]!
  let start = 2
  if (length >= 0x80) {
    const width = length & 0x7f
    if (width < 1 || width > 4 || encoded.length < 2 + width || encoded[2] === 0) throw new Fault('der')
    length = Number.parseInt(hex(encoded.subarray(2, 2 + width)), 16)
    start = 2 + width
    if (length < 0x80) throw new Fault('der')
  }
  const end = start + length
  if (end > encoded.length) throw new Fault('der')
  return [new Node(encoded[0]!, encoded.subarray(0, end), encoded.subarray(start, end)), encoded.subarray(end)]
}

export function encode(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const content = join(...contents)
  if (content.length < 0x80) return join(Uint8Array.of(tag, content.length), content)
  const digits: number[] = []
  for (let rest = content.length; rest; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return join(Uint8Array.of(tag, 0x80 | digits.length, ...digits), content)
}

export function encodeOid(dotted: string): Uint8Array {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]]
  const content = [40 * first + second, ...rest].flatMap((number) => {
    const digits = [number % 128]
    for (let left = Math.floor(number / 128); left; left = Math.floor(left / 128)) digits.unshift((left % 128) | 0x80)
    return digits
  })
  return encode(OID!, Uint8Array.from(content))
}

/** Whether these stand as DER orders the parts of a SET OF, none twice. */
export function ascending(parts: Uint8Array[]): boolean {
  return parts.every((part, at) => !at || compare(parts[at - 1]!, part) < 0)
}
