/** Signed data (RFC 5652): the PDF's own signature in its one strict shape, and time-stamp tokens (RFC 3161). */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2'
import { equal } from './bytes'
import * as der from './der'
import { Fault, NotMade } from './fault'
import { verify } from './sm2'
import { sm3 } from './sm3'
import { SM2_WITH_SM3, needTimeStamping, readCertificate, signatureOf, timeOf, wayToRoot, type Certificate } from './x509'

const SM3 = '1.2.156.10197.1.401'
const SHA256 = '2.16.840.1.101.3.4.2.1'
const [SIGNED_DATA, DATA, TST_INFO] = ['1.2.840.113549.1.7.2', '1.2.840.113549.1.7.1', '1.2.840.113549.1.9.16.1.4'] as const
const [CONTENT_TYPE, MESSAGE_DIGEST] = ['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4'] as const
const [SIGNING_TIME, SIGNING_CERTIFICATE] = ['1.2.840.113549.1.9.5', '1.2.840.113549.1.9.16.2.47'] as const
const DIGESTS = new Map<string, (message: Uint8Array) => Uint8Array>([
  [SM3, (message) => sm3(message)],
  [SHA256, sha256],
  ['2.16.840.1.101.3.4.2.2', sha384],
  ['2.16.840.1.101.3.4.2.3', sha512],
])

export interface SignedFile {
  signer: Certificate
  certificates: Certificate[]
  time: number
}

export interface Token {
  imprint: Uint8Array
  digest: string
  time: number
  signed: der.Node
  content: Uint8Array
}

/** A detached signature over a file with this SM3. Every byte is bound: one shape alone is let through. */
export function signedFile(encoded: Uint8Array, digest: Uint8Array): SignedFile {
  const signed = dataOf(der.parse(encoded)).children()
  if (signed.length !== 5) throw new Fault('pdf-shape')
  const certificates = signed[3]!.expect(der.context(0)).children().map((one) => one.raw)
  const info = signed[4]!.expect(der.SET).only().children()
  if (info.length !== 6) throw new Fault('pdf-shape')
  const attributes = info[3]!.expect(der.context(0))
  const signature = info[5]!.expect(der.OCTET_STRING!).content
  const held = certificates.map(readCertificate)
  const signer = held.find((one) => equal(one.issuerAndSerial, info[1]!.raw))
  if (!signer || !der.ascending(certificates)) throw new Fault('pdf-shape')
  if (!equal(encoded, shape(certificates, signer, attributes.content, signature))) throw new Fault('pdf-shape')
  const time = checkAttributes(attributes.children(), digest, signer)
  if (!verify(signer.publicKey, der.encode(der.SET, attributes.content), signatureOf(signature))) {
    throw new Fault('pdf-signature')
  }
  return { signer, certificates: held, time }
}

function shape(certificates: Uint8Array[], signer: Certificate, attributes: Uint8Array, signature: Uint8Array): Uint8Array {
  const { encode, encodeOid, context, SEQUENCE, SET, INTEGER, OCTET_STRING } = der
  const one = encode(INTEGER!, Uint8Array.of(1))
  const bySm3 = encode(SEQUENCE, encodeOid(SM3))
  const info = encode(
    SEQUENCE, one, signer.issuerAndSerial, bySm3, encode(context(0), attributes),
    encode(SEQUENCE, encodeOid(SM2_WITH_SM3)), encode(OCTET_STRING!, signature),
  )
  const signed = encode(
    SEQUENCE, one, encode(SET, bySm3), encode(SEQUENCE, encodeOid(DATA)), encode(context(0), ...certificates),
    encode(SET, info),
  )
  return encode(SEQUENCE, encodeOid(SIGNED_DATA), encode(context(0), signed))
}

function checkAttributes(attributes: der.Node[], digest: Uint8Array, signer: Certificate): number {
  const found = readAttributes(attributes)
  const names = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE]
  if (attributes.length !== 4 || names.some((name) => !found.has(name))) throw new Fault('pdf-shape')
  if (found.get(CONTENT_TYPE)!.oid() !== DATA) throw new Fault('pdf-shape')
  if (!equal(found.get(MESSAGE_DIGEST)!.expect(der.OCTET_STRING!).content, digest)) throw new Fault('pdf-changed')
  const mark = firstOf(firstOf(found.get(SIGNING_CERTIFICATE)!)).children()
  const named = [der.encode(der.SEQUENCE, der.encodeOid(SM3)), der.encode(der.OCTET_STRING!, signer.fingerprint)]
  if (named.some((part, at) => !mark[at] || !equal(mark[at].raw, part))) throw new Fault('pdf-shape')
  return timeOf(found.get(SIGNING_TIME)!)
}

/** What is stamped and when. Nothing is checked but the form. */
export function readToken(encoded: Uint8Array): Token {
  try {
    const signed = dataOf(der.parse(encoded))
    const [kind, inside] = signed.children()[2]!.parts(2) as [der.Node, der.Node]
    const content = inside.expect(der.context(0)).only().expect(der.OCTET_STRING!).content
    const info = der.parse(content).expect(der.SEQUENCE).children()
    const [algorithm, imprint] = info[2]!.parts(2) as [der.Node, der.Node]
    if (kind.oid() !== TST_INFO || info[0]!.unsigned() !== 1n) throw new Fault('token')
    return {
      imprint: imprint.expect(der.OCTET_STRING!).content,
      digest: algorithm.children()[0]!.oid(),
      time: generalTime(info[4]!),
      signed,
      content,
    }
  } catch {
    throw new Fault('token')
  }
}

export function imprintFits(token: Token, text: Uint8Array): boolean {
  const digest = token.digest === SM3 || token.digest === SHA256 ? DIGESTS.get(token.digest) : undefined
  return !!digest && equal(digest(text), token.imprint)
}

/** The authority's certificate, if it signed by SM2 and stands under the root of the genesis. NotMade for another one. */
export function checkToken(token: Token, root: Uint8Array, held: Certificate[]): Certificate {
  const parts = token.signed.children()
  const own = parts
    .slice(3, -1)
    .filter((part) => part.tag === der.context(0))
    .flatMap((part) => readable(part.children().map((one) => one.raw)))
  const infos = parts.at(-1)!.expect(der.SET).children()
  const info = infos.length === 1 ? infos[0]!.children() : []
  const signer = info.length > 4 ? own.find((one) => equal(one.issuerAndSerial, info[1]!.raw)) : undefined
  if (!signer) throw new NotMade('stamp-authority')
  let way: Certificate[]
  try {
    way = wayToRoot(signer, [...own, ...held], root, token.time)
  } catch {
    throw new NotMade('stamp-authority')
  }
  needTimeStamping(way)
  const digest = DIGESTS.get(info[2]!.children()[0]!.oid())
  if (info[3]!.tag !== der.context(0) || !digest || !info[5]) throw new Fault('token')
  const found = readAttributes(info[3]!.children())
  const stated = found.get(MESSAGE_DIGEST)
  if (!stated || !equal(stated.content, digest(token.content)) || found.get(CONTENT_TYPE)?.oid() !== TST_INFO) {
    throw new Fault('token')
  }
  const signature = signatureOf(info[5].expect(der.OCTET_STRING!).content)
  if (!verify(signer.publicKey, der.encode(der.SET, info[3]!.content), signature)) throw new Fault('token')
  return signer
}

export function readable(encoded: Uint8Array[]): Certificate[] {
  return encoded.flatMap((one) => {
    try {
      return [readCertificate(one)]
    } catch {
      return []
    }
  })
}

function dataOf(info: der.Node): der.Node {
  const [kind, inside] = info.expect(der.SEQUENCE).parts(2) as [der.Node, der.Node]
  if (kind.oid() !== SIGNED_DATA) throw new Fault('pdf-shape')
  return inside.expect(der.context(0)).only().expect(der.SEQUENCE)
}

function firstOf(node: der.Node): der.Node {
  const first = node.expect(der.SEQUENCE).children()[0]
  if (!first) throw new Fault('der')
  return first
}

function readAttributes(nodes: der.Node[]): Map<string, der.Node> {
  return new Map(
    nodes.map((one) => {
      const [kind, values] = one.expect(der.SEQUENCE).parts(2) as [der.Node, der.Node]
      return [kind.oid(), values.expect(der.SET).only()]
    }),
  )
}

function generalTime(node: der.Node): number {
  const text = new TextDecoder().decode(node.expect(der.GENERALIZED_TIME!).content)
  const found = /^(\d{14})(?:\.(\d+))?Z$/.exec(text)
  if (!found) throw new Fault('der')
  const whole = der.parse(der.encode(der.GENERALIZED_TIME!, new TextEncoder().encode(`${found[1]}Z`)))
  return timeOf(whole) + Number(`${found[2] ?? ''}000`.slice(0, 3))
}
