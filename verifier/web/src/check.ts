/** Every check of a certificate or a bundle, in the order in which one rests on the other (section 6 of the format). */
import { sha256 } from '@noble/hashes/sha2'
import { readBundle, isBundle, type Bundle, type ProvenEntry } from './bundle'
import { compare, equal, hex, join, utf8 } from './bytes'
import { checkToken, imprintFits, readToken, readable, type SignedFile, type Token } from './cms'
import { Fault, NotMade, Unusable, type Values } from './fault'
import { grew, included, leafHash } from './merkle'
import { readCheckpoint, readQuorum, textOf, type Checkpoint, type Quorum } from './notes'
import { numberOf } from './numbers'
import { bundleOf, checkFile, isPdf } from './pdf'
import { verify } from './sm2'
import { sm3 } from './sm3'
import { Signers, Standing } from './standing'
import { readBody, readDeposit, readGenesis, readItem, readLeaf, type Application, type Body, type Genesis, type Item, type Leaf } from './structures'
import { needRole, readCertificate, wayToRoot, type Certificate } from './x509'

export type Result = 'passed' | 'failed' | 'not_made'
export type Verdict = 'match' | 'mismatch' | 'invalid' | 'incomplete'

export interface Check {
  id: string
  result: Result
  reason: string | null
  values: Values
}

export interface FileFacts {
  size: number
  sm3: Uint8Array
  sha256: Uint8Array
}

export interface Options {
  file: FileFacts | null
  pins: Uint8Array[]
  salt: Uint8Array | null
}

/** What the proof is about, as far as it was read. Times in milliseconds; each has another source. */
export interface Subject {
  number: string
  genesis: Genesis
  category?: string
  item?: Item
  quorum?: Quorum
  stampedAt?: number
  depositor?: Application
}

export interface Report {
  checks: Check[]
  subject: Subject | null
  verdict: Verdict
}

const NEEDED = [
  'pdf.signature', 'pdf.signer', 'bundle', 'genesis', 'members', 'checkpoint', 'entry', 'signature', 'depositor', 'number',
  'file',
]

export async function check(content: Uint8Array, options: Options): Promise<Report> {
  const run = new Run(options)
  if (isPdf(content)) await run.certificate(content)
  else if (isBundle(content)) run.bundle(content)
  else throw new Unusable('neither')
  return { checks: run.checks, subject: run.subject, verdict: verdictOf(run.checks) }
}

function verdictOf(checks: Check[]): Verdict {
  const failed = checks.filter((one) => one.result === 'failed').map((one) => one.id)
  if (failed.some((id) => id !== 'file')) return 'invalid'
  if (failed.length) return 'mismatch'
  return checks.some((one) => one.result === 'not_made' && NEEDED.includes(one.id)) ? 'incomplete' : 'match'
}

class Run {
  readonly checks: Check[] = []
  subject: Subject | null = null
  private readonly passed = new Set<string>()

  constructor(private readonly options: Options) {}

  async certificate(content: Uint8Array): Promise<void> {
    const signed = this.step('pdf.signature', [], () => checkFile(content))
    let inside: Uint8Array
    try {
      inside = await bundleOf(content)
    } catch (fault) {
      this.add('bundle', 'failed', (fault as Fault).reason)
      this.rest(null)
      return
    }
    this.bundle(inside, { signed })
  }

  bundle(content: Uint8Array, pdf?: { signed: SignedFile | null }): void {
    const read = this.step('bundle', [], () => {
      const given = readBundle(content)
      return { given, genesis: readGenesis(given.genesis) }
    })
    if (pdf) this.step('pdf.signer', ['pdf.signature', 'bundle'], () => checkPdfSigner(pdf.signed!, read!.genesis.root))
    this.rest(read)
  }

  private rest(read: { given: Bundle; genesis: Genesis } | null): void {
    const about = read ? ({ number: read.given.number, genesis: read.genesis } as Subject) : null
    this.subject = about
    this.step('genesis', ['bundle'], () => this.pinned(read!.genesis))
    const walk = this.step('members', ['bundle'], () => new Walk(read!.given, read!.genesis))
    const quorum = this.step('checkpoint', ['members'], () => walk!.quorum())
    if (about && quorum) about.quorum = quorum
    const leaf = this.step('entry', ['checkpoint'], () => walk!.entry())
    this.step('signature', ['entry'], () => walk!.signature())
    this.step('depositor', ['signature'], () => walk!.depositor(about!))
    this.step('number', ['checkpoint'], () => {
      if (numberOf(read!.genesis.chain, quorum!.time, read!.given.entry.index) !== read!.given.number) throw new Fault('number')
    })
    this.step('file', ['entry'], () => this.file(read!.given, leaf!, about!))
    this.step('facts', ['entry'], () => checkFacts(read!.given, leaf!))
    this.stamp(read, quorum)
    this.step('certificates', ['depositor'], () => checkCertificates(walk!))
    this.step('revocation', ['bundle'], () => {
      throw new NotMade('revocation')
    })
  }

  private pinned(genesis: Genesis): void {
    const values = { digest: hex(genesis.digest) }
    if (!this.options.pins.length) throw new NotMade('no-pin', values)
    if (!this.options.pins.some((pin) => equal(pin, genesis.digest))) throw new Fault('another-genesis', values)
  }

  private file(given: Bundle, leaf: Leaf, about: Subject): void {
    const item = readItem(leaf.item!)
    about.item = item
    const { file, salt: own } = this.options
    if (!file) throw new NotMade('no-file')
    if (file.size !== item.size) throw new Fault('file-size', { stored: item.size, given: file.size })
    const salt = own ?? given.salt
    if (!salt) throw new NotMade('no-salt')
    if (!equal(sm3(salt, file.sm3), item.commit)) throw new Fault('file-differs')
    if (item.commitSha256 && !equal(sha256(join(salt, file.sha256)), item.commitSha256)) throw new Fault('file-differs')
  }

  private stamp(read: { given: Bundle; genesis: Genesis } | null, quorum: Quorum | null): void {
    const stamp = read?.given.stamp
    if (read && !stamp) {
      this.add('stamp', 'not_made', 'no-stamp')
      this.add('stamp.authority', 'not_made', 'no-stamp')
      return
    }
    const token = this.step('stamp', ['checkpoint'], (): Token => {
      const under = quorum!.checkpoint
      const stamped = readCheckpoint(stamp!.checkpoint)
      const follows = stamped.origin === under.origin && stamped.height >= under.height
      if (!follows || !grew(under.size, under.root, stamped.size, stamped.root, stamp!.consistency)) {
        throw new Fault('stamp-checkpoint')
      }
      const found = readToken(stamp!.token)
      if (!imprintFits(found, utf8(stamp!.checkpoint))) throw new Fault('stamp-imprint')
      if (found.time !== stamp!.time) throw new Fault('stamp-time')
      return found
    })
    if (token && this.subject) this.subject.stampedAt = token.time
    this.step('stamp.authority', ['stamp'], () => {
      const signer = checkToken(token!, read!.genesis.root, readable(read!.given.certificates))
      if (signer.name !== stamp!.authority) throw new Fault('stamp-name')
    })
  }

  private step<T>(id: string, needs: string[], work: () => T): T | null {
    if (needs.some((need) => !this.passed.has(need))) {
      this.add(id, 'not_made', 'earlier')
      return null
    }
    try {
      const found = work()
      this.add(id, 'passed', null)
      this.passed.add(id)
      return found
    } catch (reason) {
      if (reason instanceof NotMade) this.add(id, 'not_made', reason.reason, reason.values)
      else if (reason instanceof Fault) this.add(id, 'failed', reason.reason, reason.values)
      else if (reason instanceof Unusable) throw reason
      // Nothing of what we write leads here: whatever it is, it is not in the format.
      else this.add(id, 'failed', 'structure')
      return null
    }
  }

  private add(id: string, result: Result, reason: string | null, values: Values = {}): void {
    this.checks.push({ id, result, reason, values })
  }
}

/** From the genesis to the entry: the members' chain when it is made, then one step a call. */
class Walk {
  readonly standing: Standing
  body!: Body
  private readonly signers: Signers
  private readonly final: Checkpoint
  private readonly toCome: { entry: ProvenEntry; ofMembers: boolean }[]
  private readonly seen = new Map<string, Quorum>()

  constructor(
    readonly given: Bundle,
    readonly genesis: Genesis,
  ) {
    this.signers = new Signers(genesis.members)
    this.final = readCheckpoint(textOf(given.checkpoint))
    this.standing = new Standing(genesis)
    this.toCome = given.history.map((entry) => ({ entry, ofMembers: false }))
    this.followMembers(new Standing(genesis))
  }

  /** All changes first, by their own signatures: a note may be signed by those whom it shows to have come. */
  private followMembers(members: Standing): void {
    const { given, final, genesis } = this
    let [last, height] = [-1, -1]
    for (const step of given.members) {
      const { entry } = step
      const under = readCheckpoint(textOf(step.checkpoint))
      const inOrder = last < entry.index && entry.index < final.size
      if (!inOrder || step.height < height || step.height > under.height) throw new Fault('members-order')
      ;[last, height] = [entry.index, step.height]
      const { body } = proven(entry, under, genesis)
      if (body.kind !== 'member.change') throw new Fault('history-kind', { kind: body.kind })
      members.take(body, signedBy(members, entry, body))
      this.signers.change(step.height, new Map(members.members))
      if (entry.index < given.entry.index) this.toCome.push({ entry, ofMembers: true })
    }
    for (const step of given.members) {
      const under = this.note(step.checkpoint).checkpoint
      const grown = grew(under.size, under.root, final.size, final.root, step.consistency)
      if (under.height > final.height || !grown) throw new Fault('members-consistency')
    }
  }

  quorum(): Quorum {
    return this.note(this.given.checkpoint)
  }

  entry(): Leaf {
    const { body, leaf } = proven(this.given.entry, this.final, this.genesis)
    if (!leaf.item || body.kind !== 'deposit') throw new Fault('not-a-deposit')
    readItem(leaf.item)
    this.body = body
    return leaf
  }

  signature(): void {
    const { history } = this.given
    if (history.some((one, at) => at && history[at - 1]!.index >= one.index)) throw new Fault('history-order')
    let last = -1
    for (const { entry, ofMembers } of [...this.toCome].sort((left, right) => left.entry.index - right.entry.index)) {
      if (entry.index <= last || entry.index >= this.given.entry.index) throw new Fault('history-order')
      last = entry.index
      if (ofMembers) {
        // A change of members: shown and its signatures checked before.
        this.standing.take(readBody(entry.body), new Set(entry.signatures.map((one) => hex(one.fingerprint))))
        continue
      }
      const { body } = proven(entry, this.final, this.genesis)
      const own = body.kind.startsWith('access.') && body.content[0] === this.body.author
      if (body.kind !== 'officer.change' && !own) throw new Fault('history-kind', { kind: body.kind })
      this.standing.take(body, signedBy(this.standing, entry, body))
    }
    if (signedBy(this.standing, this.given.entry, this.body).size !== 1) throw new Fault('deposit-signatures')
  }

  depositor(about: Subject): void {
    const application = this.standing.applications.get(this.body.author)!
    const { category } = readDeposit(this.body.content)
    about.category = category
    about.depositor = application
    if (application.standing !== 'probation' && application.standing !== 'admitted') {
      throw new Fault('standing', { standing: application.standing })
    }
    if (!application.categories.includes(category) || !this.genesis.categories.includes(category)) {
      throw new Fault('category', { category })
    }
  }

  private note(note: string): Quorum {
    let found = this.seen.get(note)
    if (!found) {
      const text = readCheckpoint(textOf(note))
      if (text.origin !== this.genesis.origin) throw new Fault('origin')
      found = readQuorum(note, this.signers.at(text.height))
      this.seen.set(note, found)
    }
    return found
  }
}

function signedBy(standing: Standing, entry: ProvenEntry, body: Body): Set<string> {
  const marks = new Set<string>()
  for (const { fingerprint, signature } of entry.signatures) {
    const key = standing.key(hex(fingerprint), body)
    if (!key) throw new Fault('signer-unknown', { kind: body.kind })
    if (!verify(key, body.message, signature)) throw new Fault('signature-wrong', { kind: body.kind })
    marks.add(hex(fingerprint))
  }
  return marks
}

/** 6.1, but for the signatures, whose keys are known only later. */
function proven(entry: ProvenEntry, under: Checkpoint, genesis: Genesis): { body: Body; leaf: Leaf } {
  const leaf = readLeaf(entry.leaf)
  const body = readBody(entry.body)
  const same = leaf.chain === body.chain && leaf.kind === body.kind && equal(leaf.transaction, body.id)
  if (!same || body.chain !== genesis.chain) throw new Fault('leaf')
  if (!included(leafHash(entry.leaf), entry.index, under.size, entry.path, under.root)) throw new Fault('not-included')
  const { within } = entry
  if (body.kind !== 'deposit') {
    if (within || leaf.item || leaf.position) throw new Fault('leaf')
    return { body, leaf }
  }
  const deposit = readDeposit(body.content)
  if (!within || !leaf.item || within.position !== leaf.position || within.count !== deposit.count) throw new Fault('leaf')
  if (!included(leafHash(leaf.item), within.position, within.count, within.path, deposit.itemsRoot)) {
    throw new Fault('item-not-signed')
  }
  return { body, leaf }
}

function checkFacts(given: Bundle, leaf: Leaf): void {
  const expected = readItem(leaf.item!).facts
  if (given.facts === null) throw new NotMade(expected ? 'no-facts' : 'facts-none')
  if (!expected || !equal(expected, sm3(utf8(given.facts)))) throw new Fault('facts-differ')
}

function checkPdfSigner(signed: SignedFile, root: Uint8Array): void {
  const way = wayToRoot(signed.signer, signed.certificates, root, signed.time)
  if (way.length !== signed.certificates.length) throw new Fault('pdf-shape')
  needRole(way, 'court')
}

function checkCertificates(walk: Walk): void {
  const held = walk.given.certificates.map(readCertificate)
  if (!held.length) throw new NotMade('no-certificates')
  if (held.some((one, at) => at && compare(held[at - 1]!.fingerprint, one.fingerprint) >= 0)) throw new Fault('certificate-order')
  const { root } = walk.genesis
  const { signed, time } = walk.quorum()
  const application = walk.standing.applications.get(walk.body.author)!
  const people: { fingerprint: Uint8Array; publicKey: Uint8Array; role: 'application' | 'node' }[] = [
    { ...application, role: 'application' },
    ...signed.map(({ member }) => ({ ...member, role: 'node' as const })),
  ]
  const used = new Set<Certificate>()
  let missing = 0
  for (const one of people) {
    const end = held.find((certificate) => equal(certificate.fingerprint, one.fingerprint))
    if (!end) {
      missing++
      continue
    }
    if (!equal(end.publicKey, one.publicKey)) throw new Fault('certificate-key', { name: end.name })
    const way = wayToRoot(end, held, root, time)
    needRole(way, one.role)
    way.forEach((step) => used.add(step))
  }
  const others = [...walk.standing.members.values(), ...walk.standing.officers.values()]
  for (const one of held) {
    if (used.has(one)) continue
    if (!others.some((other) => equal(other.fingerprint, one.fingerprint))) throw new Fault('certificate-stray')
    wayToRoot(one, held, root, time).forEach((step) => used.add(step))
  }
  if (missing) throw new NotMade('certificates-missing', { count: missing })
}
