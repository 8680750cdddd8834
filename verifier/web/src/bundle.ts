/** Reading a proof bundle (section 6 of the format): exactly its members, each once, each well formed. */
import { compare, fromBase64, fromUtf8 } from './bytes'
import { Fault, Unusable } from './fault'
import { parse, type Json } from './json'

const FORMAT = 'tianping-proof/1'
export const LARGEST = 16 << 20

export interface Signature {
  fingerprint: Uint8Array
  signature: Uint8Array
}

export interface ProvenEntry {
  index: number
  leaf: Uint8Array
  path: Uint8Array[]
  body: Uint8Array
  within: { position: number; count: number; path: Uint8Array[] } | null
  signatures: Signature[]
}

export interface MemberStep {
  height: number
  checkpoint: string
  entry: ProvenEntry
  consistency: Uint8Array[]
}

export interface Stamp {
  time: number
  authority: string
  token: Uint8Array
  checkpoint: string
  consistency: Uint8Array[]
}

export interface Bundle {
  number: string
  genesis: Uint8Array
  members: MemberStep[]
  checkpoint: string
  entry: ProvenEntry
  history: ProvenEntry[]
  certificates: Uint8Array[]
  stamp: Stamp | null
  salt: Uint8Array | null
  facts: string | null
}

export function isBundle(content: Uint8Array): boolean {
  const start = new TextDecoder().decode(content.subarray(0, 4096)).trimStart()
  return start.startsWith('{') && new TextDecoder().decode(content).includes('"tianping-proof/')
}

export function readBundle(content: Uint8Array): Bundle {
  if (content.length > LARGEST) throw new Unusable('large')
  const plain = parse(fromUtf8(content, 'form'))
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain) || plain.format !== FORMAT) {
    throw new Unusable('version')
  }
  const [, number, genesis, members, checkpoint, entry, application, certificates, stamp, opening, facts] = take(
    plain, 'format', 'number', 'genesis', 'members', 'checkpoint', 'entry', 'application', 'certificates', 'stamp',
    'opening', 'facts',
  )
  return {
    number: text(number),
    genesis: octets(genesis),
    members: list(members).map(readStep),
    checkpoint: text(checkpoint),
    entry: readEntry(entry),
    history: list(take(application, 'history')[0]).map(readEntry),
    certificates: path(certificates),
    stamp: stamp === null ? null : readStamp(stamp),
    salt: opening === null ? null : octets(take(opening, 'salt')[0]),
    facts: facts === null ? null : text(facts),
  }
}

function readStep(value: Json): MemberStep {
  const [height, checkpoint, entry, consistency] = take(value, 'height', 'checkpoint', 'entry', 'consistency')
  return { height: uint(height), checkpoint: text(checkpoint), entry: readEntry(entry), consistency: path(consistency) }
}

function readEntry(value: Json | undefined): ProvenEntry {
  const [index, leaf, way, body, within, signatures] = take(
    value, 'index', 'leaf', 'path', 'body', 'items_root_path', 'signatures',
  )
  const signed = list(signatures).map((one) => {
    const [fingerprint, signature] = take(one, 'fingerprint', 'signature')
    return { fingerprint: octets(fingerprint), signature: octets(signature) }
  })
  if (signed.some((one, at) => at && compare(signed[at - 1]!.fingerprint, one.fingerprint) >= 0)) throw new Fault('form')
  return {
    index: uint(index),
    leaf: octets(leaf),
    path: path(way),
    body: octets(body),
    within: within === null ? null : readWithin(within),
    signatures: signed,
  }
}

function readWithin(value: Json | undefined): ProvenEntry['within'] {
  const [position, count, way] = take(value, 'position', 'count', 'path')
  return { position: uint(position), count: uint(count), path: path(way) }
}

function readStamp(value: Json | undefined): Stamp {
  const [time, authority, token, checkpoint, consistency] = take(
    value, 'time', 'authority', 'token', 'checkpoint', 'consistency',
  )
  return {
    time: uint(time), authority: text(authority), token: octets(token), checkpoint: text(checkpoint),
    consistency: path(consistency),
  }
}

function take(value: Json | undefined, ...names: string[]): (Json | undefined)[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Fault('form')
  if (Object.keys(value).length !== names.length || names.some((name) => !(name in value))) throw new Fault('form')
  return names.map((name) => value[name])
}

function list(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new Fault('form')
  return value
}

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Fault('form')
  return value
}

function uint(value: Json | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) throw new Fault('form')
  return value
}

function octets(value: Json | undefined): Uint8Array {
  return fromBase64(text(value), 'form')
}

function path(value: Json | undefined): Uint8Array[] {
  return list(value).map(octets)
}
