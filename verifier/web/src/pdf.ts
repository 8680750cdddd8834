/** The certificate of storage as PDF (section 7 of the format): what is signed, and the bundle in it. */
import { fromHex, type Bytes } from './bytes'
import { LARGEST } from './bundle'
import { signedFile, type SignedFile } from './cms'
import { begin } from './der'
import { Fault } from './fault'
import { sm3 } from './sm3'

const BYTE_RANGE = /\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g
const EMBEDDED = /\/Type\s*\/EmbeddedFile/g
const STREAM = /stream\r?\n/g
const LENGTH = /\/Length\s+(\d{1,9})(?!\s+\d+\s+R)/

export function isPdf(content: Uint8Array): boolean {
  return latin(content.subarray(0, 5)) === '%PDF-'
}

/** Who signed the whole file. Fault where a byte of it was changed or it was signed otherwise. */
export function checkFile(content: Uint8Array): SignedFile {
  const text = latin(content)
  const ranges = [...text.matchAll(BYTE_RANGE)]
  if (ranges.length !== 1 || text.split('/ByteRange').length !== 2) throw new Fault('pdf-range')
  const [zero, a, b, c] = ranges[0]!.slice(1).map(Number) as [number, number, number, number]
  if (zero !== 0 || !(0 < a && a < b && b < content.length) || b + c !== content.length) throw new Fault('pdf-range')
  const gap = /^<((?:[0-9A-F]{2})+)>$/.exec(text.slice(a, b))
  const whole = gap && !text.slice(a, b).endsWith('\n') ? fromHex(gap[1]!) : null
  if (!whole) throw new Fault('pdf-range')
  const [node, padding] = begin(whole)
  if (padding.some((byte) => byte)) throw new Fault('pdf-range')
  return signedFile(node.raw, sm3(content.subarray(0, a), content.subarray(b)))
}

/** The one embedded file. */
export async function bundleOf(content: Uint8Array): Promise<Bytes> {
  const text = latin(content)
  const marks = [...text.matchAll(EMBEDDED)].map((found) => found.index)
  if (marks.length !== 1) throw new Fault('pdf-bundle')
  const begins = text.lastIndexOf('obj', marks[0])
  STREAM.lastIndex = marks[0]!
  const stream = STREAM.exec(text)
  if (begins < 0 || !stream) throw new Fault('pdf-bundle')
  const dictionary = text.slice(begins + 3, stream.index).trim()
  const length = LENGTH.exec(dictionary)
  const whole = dictionary.startsWith('<<') && dictionary.endsWith('>>')
  if (!whole || !length || !dictionary.includes('/FlateDecode')) throw new Fault('pdf-bundle')
  const start = stream.index + stream[0].length
  const end = start + Number(length[1])
  if (!text.slice(end).replace(/^[\r\n]+/, '').startsWith('endstream')) throw new Fault('pdf-bundle')
  return inflated(content.slice(start, end))
}

async function inflated(packed: Uint8Array<ArrayBuffer>): Promise<Bytes> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate')).getReader()
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.length
      if (size > LARGEST) throw new Fault('pdf-bundle')
      parts.push(value)
    }
  } catch {
    throw new Fault('pdf-bundle')
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer())
}

function latin(content: Uint8Array): string {
  let text = ''
  for (let at = 0; at < content.length; at += 0x8000) text += String.fromCharCode(...content.subarray(at, at + 0x8000))
  return text
}
