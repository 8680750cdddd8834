/** Certificates as far as they are needed: SM2 keys, signed with SM2 and SM3, up to the root that the genesis names. */
import { equal, hex, join } from './bytes'
import * as der from './der'
import { Fault } from './fault'
import { ORDER, isPublicKey, verify } from './sm2'
import { sm3 } from './sm3'

export const SM2_WITH_SM3 = '1.2.156.10197.1.501'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const ROLES = { node: 1, application: 2, court: 3 }
const SM2_KEY = der.encode(der.SEQUENCE, der.encodeOid('1.2.840.10045.2.1'), der.encodeOid('1.2.156.10197.1.301'))
const SIGNED_SO = der.encode(der.SEQUENCE, der.encodeOid(SM2_WITH_SM3))
const [BASIC, KEY_USAGE, EXTENDED, POLICIES] = ['2.5.29.19', '2.5.29.15', '2.5.29.37', '2.5.29.32'] as const
const COMMON_NAME = '2.5.4.3'
const [DIGITAL_SIGNATURE, CERT_SIGN] = [0, 5]

export interface Certificate {
  raw: Uint8Array
  fingerprint: Uint8Array
  body: Uint8Array
  issuerAndSerial: Uint8Array
  issuer: string
  subject: string
  name: string
  notBefore: number
  notAfter: number
  publicKey: Uint8Array
  signature: Uint8Array
  authority: boolean
  pathLength: number | null
  keyUsage: Set<number>
  extended: Set<string>
  policies: string[]
}

export function readCertificate(encoded: Uint8Array): Certificate {
  const [body, algorithm, signature] = der.parse(encoded).expect(der.SEQUENCE).parts(3) as [der.Node, der.Node, der.Node]
  const parts = body.expect(der.SEQUENCE).children()
  if (parts.length !== 8 || hex(parts[0]!.raw) !== 'a003020102' || parts[7]!.tag !== der.context(3)) {
    throw new Fault('certificate')
  }
  const [, serial, inner, issuer, validity, subject, key, extensions] = parts as [
    der.Node, der.Node, der.Node, der.Node, der.Node, der.Node, der.Node, der.Node,
  ]
  if (!equal(inner.raw, algorithm.raw) || !equal(algorithm.raw, SIGNED_SO)) throw new Fault('certificate-algorithm')
  const [notBefore, notAfter] = validity.expect(der.SEQUENCE).parts(2).map(timeOf) as [number, number]
  const [kind, point] = key.expect(der.SEQUENCE).parts(2) as [der.Node, der.Node]
  const publicKey = bits(point)
  if (!equal(kind.raw, SM2_KEY) || !isPublicKey(publicKey)) throw new Fault('certificate-algorithm')
  serial.unsigned()
  const found = readExtensions(extensions)
  const [authority, pathLength] = basic(found.get(BASIC))
  return {
    raw: encoded,
    fingerprint: sm3(encoded),
    body: body.raw,
    issuerAndSerial: der.encode(der.SEQUENCE, issuer.raw, serial.raw),
    issuer: hex(issuer.raw),
    subject: hex(subject.raw),
    name: commonName(subject),
    notBefore,
    notAfter,
    publicKey,
    signature: signatureOf(bits(signature)),
    authority,
    pathLength,
    keyUsage: usage(found.get(KEY_USAGE)),
    extended: new Set(inside(found.get(EXTENDED)).map((one) => one.oid())),
    policies: inside(found.get(POLICIES)).map((one) => one.children()[0]!.oid()),
  }
}

/** `r ‖ s` of SEQUENCE { INTEGER r, INTEGER s }. */
export function signatureOf(encoded: Uint8Array): Uint8Array {
  const numbers = der.parse(encoded).expect(der.SEQUENCE).parts(2).map((one) => one.unsigned())
  if (numbers.some((number) => number <= 0n || number >= ORDER)) throw new Fault('der')
  return join(...numbers.map((number) => Uint8Array.from(number.toString(16).padStart(64, '0').match(/../g)!, (pair) => Number.parseInt(pair, 16))))
}

/** From an end certificate to the root with this fingerprint, all good at `at` (milliseconds). */
export function wayToRoot(end: Certificate, held: Certificate[], root: Uint8Array, at: number): Certificate[] {
  const above = new Map(held.filter((one) => one.authority).map((one) => [one.subject, one]))
  const way = [end]
  const refused = new Fault('chain', { name: end.name })
  while (!equal(way.at(-1)!.fingerprint, root)) {
    const lower = way.at(-1)!
    const issuer = above.get(lower.issuer)
    if (!issuer || way.length > 4 || way.includes(issuer)) throw refused
    if (!verify(issuer.publicKey, lower.body, lower.signature)) throw refused
    if (!issuer.keyUsage.has(CERT_SIGN!) || (issuer.pathLength !== null && way.length - 1 > issuer.pathLength)) throw refused
    way.push(issuer)
  }
  if (way.length < 2 || end.authority) throw refused
  for (const one of way) {
    if (at < one.notBefore || at > one.notAfter) throw new Fault('validity', { name: one.name })
  }
  return way
}

export function needRole(way: Certificate[], role: keyof typeof ROLES): void {
  const end = way[0]!
  const policies = way.at(-1)!.policies
  const said = Object.entries(ROLES)
    .filter(([, number]) => policies.length === 1 && end.extended.has(`${policies[0]}.${number}`))
    .map(([name]) => name)
  if (said.length !== 1 || said[0] !== role || !end.keyUsage.has(DIGITAL_SIGNATURE!)) {
    throw new Fault('role', { name: end.name })
  }
}

export function needTimeStamping(way: Certificate[]): void {
  const end = way[0]!
  if (end.extended.size !== 1 || !end.extended.has(TIME_STAMPING) || !end.keyUsage.has(DIGITAL_SIGNATURE!)) {
    throw new Fault('role', { name: end.name })
  }
}

/** UTCTime or GeneralizedTime of whole seconds, milliseconds since 1970. */
export function timeOf(node: der.Node): number {
  let text = new TextDecoder().decode(node.content)
  if (node.tag === der.UTC_TIME) text = (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text
  else if (node.tag !== der.GENERALIZED_TIME) throw new Fault('der')
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!found) throw new Fault('der')
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [number, number, number, number, number, number]
  const time = Date.UTC(year, month - 1, day, hour, minute, second)
  const again = new Date(time).toISOString().replace(/[-:T]|\.000/g, '')
  if (again !== text) throw new Fault('der')
  return time
}

function bits(node: der.Node): Uint8Array {
  const content = node.expect(der.BIT_STRING!).content
  if (content[0] !== 0) throw new Fault('der')
  return content.slice(1)
}

function readExtensions(node: der.Node): Map<string, der.Node> {
  const found = new Map<string, der.Node>()
  for (const one of node.only().expect(der.SEQUENCE).children()) {
    const parts = one.expect(der.SEQUENCE).children()
    if (parts.length < 2 || parts.length > 3) throw new Fault('certificate')
    const critical = parts.length === 3 && parts[1]!.expect(der.BOOLEAN).content[0] === 0xff
    const name = parts[0]!.oid()
    if (found.has(name)) throw new Fault('certificate')
    if (critical && name !== BASIC && name !== KEY_USAGE && name !== EXTENDED) throw new Fault('certificate-critical')
    if (name === BASIC || name === KEY_USAGE || name === EXTENDED || name === POLICIES) {
      found.set(name, der.parse(parts.at(-1)!.expect(der.OCTET_STRING!).content))
    }
  }
  return found
}

function basic(node: der.Node | undefined): [boolean, number | null] {
  const parts = node?.expect(der.SEQUENCE).children() ?? []
  if (parts[0]?.tag !== der.BOOLEAN) return [false, null]
  return [parts[0].content[0] === 0xff, parts[1] ? Number(parts[1].unsigned()) : null]
}

function usage(node: der.Node | undefined): Set<number> {
  const found = new Set<number>()
  node?.expect(der.BIT_STRING!).content.slice(1).forEach((byte, at) => {
    for (let bit = 0; bit < 8; bit++) if ((byte >> (7 - bit)) & 1) found.add(8 * at + bit)
  })
  return found
}

function inside(node: der.Node | undefined): der.Node[] {
  return node?.expect(der.SEQUENCE).children() ?? []
}

function commonName(name: der.Node): string {
  for (const part of name.expect(der.SEQUENCE).children()) {
    for (const pair of part.expect(der.SET).children()) {
      const [kind, value] = pair.parts(2) as [der.Node, der.Node]
      if (kind.oid() === COMMON_NAME) return new TextDecoder().decode(value.content)
    }
  }
  return ''
}
