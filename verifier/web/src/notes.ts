/** Checkpoints and their co-signatures (section 4 of the format). */
import { equal, fromBase64, join, utf8 } from './bytes'
import { Fault } from './fault'
import { verify } from './sm2'
import { sm3, tagged } from './sm3'
import type { Member } from './structures'

export interface Checkpoint {
  text: string
  origin: string
  size: number
  root: Uint8Array
  height: number
}

export interface Quorum {
  checkpoint: Checkpoint
  signed: { member: Member; time: number }[]
  time: number
  power: number
  total: number
}

export type Members = ReadonlyMap<string, Member>

const NUMBER = /^(?:0|[1-9][0-9]{0,15})$/

export function readCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  const [origin, size, root, last, rest] = lines as [string, string, string, string, string]
  if (lines.length !== 5 || rest || !origin || !NUMBER.test(size) || !last.startsWith('height ')) throw new Fault('note')
  const height = last.slice(7)
  const hash = fromBase64(root, 'note')
  if (!NUMBER.test(height) || hash.length !== 32) throw new Fault('note')
  return { text, origin, size: Number(size), root: hash, height: Number(height) }
}

/** The text above the empty line, whatever stands below it. */
export function textOf(note: string): string {
  return `${note.split('\n\n', 1)[0]!}\n`
}

export function readQuorum(note: string, members: Members): Quorum {
  const text = textOf(note)
  const lines = note.slice(text.length + 1)
  if (!note.startsWith(`${text}\n`) || !lines.endsWith('\n')) throw new Fault('note')
  const checkpoint = readCheckpoint(text)
  const signed = new Map<string, { member: Member; time: number }>()
  for (const line of lines.slice(0, -1).split('\n')) {
    const one = readLine(line, checkpoint, members)
    if (signed.has(one.member.id)) throw new Fault('cosigned-twice', { member: one.member.id })
    signed.set(one.member.id, one)
  }
  const all = [...signed.values()]
  const power = all.reduce((sum, one) => sum + one.member.power, 0)
  const total = [...members.values()].reduce((sum, one) => sum + one.power, 0)
  if (3 * power <= 2 * total) throw new Fault('no-quorum', { power, total })
  return { checkpoint, signed: all, time: median(all, power), power, total }
}

function readLine(line: string, about: Checkpoint, members: Members): { member: Member; time: number } {
  const [dash, id, packed, more] = line.split(' ')
  if (dash !== '—' || id === undefined || packed === undefined || more !== undefined) throw new Fault('note')
  const raw = fromBase64(packed, 'note')
  if (raw.length !== 76) throw new Fault('note')
  const member = members.get(id)
  if (!member?.power) throw new Fault('cosigner-unknown', { member: id })
  const hint = sm3(tagged('tianping/key/1', join(utf8(`${member.id}\n`), member.publicKey))).slice(0, 4)
  const time = new DataView(raw.buffer).getBigUint64(4)
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) throw new Fault('note')
  const message = tagged('tianping/cosignature/1', utf8(`time ${time}\n${about.text}`))
  if (!equal(raw.subarray(0, 4), hint) || !verify(member.publicKey, message, raw.subarray(12))) {
    throw new Fault('cosignature', { member: id })
  }
  return { member, time: Number(time) }
}

function median(signed: { member: Member; time: number }[], power: number): number {
  let reached = 0
  for (const one of [...signed].sort((left, right) => left.time - right.time)) {
    reached += 2 * one.member.power
    if (reached >= power) return one.time
  }
  throw new Fault('note')
}
