/** The ledger's structures (section 2 of the format), each read from its plain array with every type checked. */
import * as cbor from './cbor'
import { Fault } from './fault'
import { sm3, tagged } from './sm3'

type Reader<T> = (value: cbor.Plain) => T

const SLUG = /^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/
const CHAIN = /^[a-z0-9]{2,12}$/
const ORIGIN = /^[a-z0-9][a-z0-9.:-]{0,90}\/[a-z0-9]{2,12}$/
const STANDINGS = ['applied', 'probation', 'admitted', 'suspended', 'revoked', 'removed']

function need<T>(value: T, right: boolean): T {
  if (!right) throw new Fault('structure')
  return value
}

export const uint: Reader<number> = (value) => need(value as number, typeof value === 'number')
export const text: Reader<string> = (value) => need(value as string, typeof value === 'string')
export const boolean: Reader<boolean> = (value) => need(value as boolean, typeof value === 'boolean')
export const array: Reader<cbor.Plain[]> = (value) => need(value as cbor.Plain[], Array.isArray(value))
export const octets =
  (length?: number): Reader<Uint8Array> =>
  (value) =>
    need(value as Uint8Array, value instanceof Uint8Array && (length === undefined || value.length === length))
export const optional =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value) =>
    value === null ? null : reader(value)
export const each =
  <T>(reader: Reader<T>): Reader<T[]> =>
  (value) =>
    array(value).map(reader)
const matching =
  (pattern: RegExp): Reader<string> =>
  (value) =>
    need(text(value), pattern.test(value as string))
export const oneOf =
  (...names: string[]): Reader<string> =>
  (value) =>
    need(text(value), names.includes(value as string))

/** The fields of a structure, as many as there are readers. */
export function fields<T extends unknown[]>(value: cbor.Plain, ...readers: { [K in keyof T]: Reader<T[K]> }): T {
  const parts = array(value)
  need(parts, parts.length === readers.length)
  return readers.map((reader, at) => reader(parts[at]!)) as T
}

export const slug = matching(SLUG)
export const digest = octets(32)
export const publicKey = octets(65)
const version: Reader<number> = (value) => need(uint(value), value === 1)
const chainName = matching(CHAIN)

export interface Item {
  commit: Uint8Array
  size: number
  mediaType: string
  commitSha256: Uint8Array | null
  facts: Uint8Array | null
  claimedAt: number | null
}

export interface Body {
  chain: string
  kind: string
  author: string
  content: cbor.Plain[]
  message: Uint8Array
  id: Uint8Array
}

export interface Leaf {
  chain: string
  kind: string
  transaction: Uint8Array
  position: number
  item: Uint8Array | null
}

export interface Member {
  id: string
  nameZh: string
  nameEn: string
  level: number
  power: number
  fingerprint: Uint8Array
  publicKey: Uint8Array
  standing: string
}

export interface Officer {
  fingerprint: Uint8Array
  owner: string
  publicKey: Uint8Array
}

export interface Application {
  id: string
  nameZh: string
  nameEn: string
  organisation: string
  fingerprint: Uint8Array
  publicKey: Uint8Array
  categories: string[]
  standing: string
  score: number | null
  standard: string | null
}

export interface Deposit {
  category: string
  count: number
  itemsRoot: Uint8Array
}

export interface Genesis {
  digest: Uint8Array
  origin: string
  chain: string
  nameZh: string
  nameEn: string
  root: Uint8Array
  categories: string[]
  members: Member[]
  officers: Officer[]
  applications: Application[]
}

export function readItem(encoded: Uint8Array): Item {
  const [commit, size, mediaType, commitSha256, facts, claimedAt] = fields<
    [Uint8Array, number, string, Uint8Array | null, Uint8Array | null, number | null]
  >(cbor.decode(encoded), digest, uint, text, optional(digest), optional(digest), optional(uint))
  return { commit, size, mediaType, commitSha256, facts, claimedAt }
}

export function readBody(encoded: Uint8Array): Body {
  const [, chain, kind, author, , , content] = fields<[number, string, string, string, string, number, cbor.Plain[]]>(
    cbor.decode(encoded), version, chainName, text, slug, text, uint, array,
  )
  const message = tagged('tianping/transaction/1', encoded)
  return { chain, kind, author, content, message, id: sm3(message) }
}

export function readLeaf(encoded: Uint8Array): Leaf {
  const [, chain, kind, transaction, position, item] = fields<
    [number, string, string, Uint8Array, number, Uint8Array | null]
  >(cbor.decode(encoded), version, chainName, text, digest, uint, optional(octets()))
  return { chain, kind, transaction, position, item }
}

export function readDeposit(content: cbor.Plain): Deposit {
  const [category, count, itemsRoot] = fields<[string, number, Uint8Array, Uint8Array | null, string | null]>(
    content, slug, uint, digest, optional(digest), optional(slug),
  )
  return { category, count, itemsRoot }
}

export function readMember(value: cbor.Plain): Member {
  const [id, nameZh, nameEn, level, power, fingerprint, key, , standing] = fields<
    [string, string, string, number, number, Uint8Array, Uint8Array, Uint8Array, string]
  >(value, slug, text, text, uint, uint, digest, publicKey, octets(), oneOf(...STANDINGS))
  need(level, level === 1 || level === 2)
  return { id, nameZh, nameEn, level, power, fingerprint, publicKey: key, standing }
}

function readOfficer(value: cbor.Plain): Officer | null {
  const [fingerprint, role, owner, key, , until] = fields<
    [Uint8Array, string, string, Uint8Array, number, number | null]
  >(value, digest, oneOf('node', 'officer', 'application'), slug, publicKey, uint, optional(uint))
  return role === 'officer' && until === null ? { fingerprint, owner, publicKey: key } : null
}

function readApplication(value: cbor.Plain): Application {
  const [id, nameZh, nameEn, organisation, fingerprint, key, categories, , standing, score, standard] = fields<
    [
      string, string, string, string, Uint8Array, Uint8Array, string[], Uint8Array, string, number | null, string | null,
    ]
  >(
    value, slug, text, text, text, digest, publicKey, each(slug), digest, oneOf(...STANDINGS), optional(uint),
    optional(text),
  )
  return { id, nameZh, nameEn, organisation, fingerprint, publicKey: key, categories, standing, score, standard }
}

export function readGenesis(encoded: Uint8Array): Genesis {
  const [, origin, chain, nameZh, nameEn, , root, categories, members, officers, applications] = fields<
    [
      number, string, string, string, string, number, Uint8Array, string[], Member[], (Officer | null)[], Application[],
    ]
  >(
    cbor.decode(encoded), version, matching(ORIGIN), chainName, text, text, uint, digest, each(slug), each(readMember),
    each(readOfficer), each(readApplication),
  )
  need(members, members.length > 0 && new Set(members.map((one) => one.id)).size === members.length)
  return {
    digest: sm3(tagged('tianping/genesis/1', encoded)),
    origin, chain, nameZh, nameEn, root, categories, members,
    officers: officers.filter((one) => one !== null),
    applications,
  }
}
