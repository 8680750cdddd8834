/** What stood at an index of the log, replayed from the genesis (6.2 and 6.3 of the format). */
import type { Plain } from './cbor'
import { hex } from './bytes'
import { Fault } from './fault'
import type { Members } from './notes'
import {
  array, boolean, digest, each, fields, oneOf, publicKey, readMember, slug, text, uint,
  type Application, type Body, type Genesis, type Member, type Officer,
} from './structures'

const SET_DELAY = 2
const PASSING_SCORE = 60
const DECISIONS: Record<string, [string[], string]> = {
  probation: [['applied'], 'probation'],
  admit: [['probation'], 'admitted'],
  refuse: [['applied', 'probation'], 'revoked'],
  suspend: [['probation', 'admitted'], 'suspended'],
  resume: [['suspended'], 'probation'],
  revoke: [['probation', 'admitted', 'suspended'], 'revoked'],
}

/** Whose co-signatures count at a height. */
export class Signers {
  private readonly from: { start: number; members: Members }[]

  constructor(members: Member[]) {
    this.from = [{ start: 0, members: new Map(members.map((one) => [one.id, one])) }]
  }

  at(height: number): Members {
    return this.from.filter((one) => one.start <= height).at(-1)!.members
  }

  change(height: number, members: Members): void {
    const start = height + SET_DELAY
    if (this.from.at(-1)!.start > start) throw new Fault('members-order')
    this.from.push({ start, members })
  }
}

/** Moves on by one transaction at a time; `signed` are the fingerprints (hexadecimal) whose signatures are right. */
export class Standing {
  members: Map<string, Member>
  officers: Map<string, Officer>
  applications: Map<string, Application>

  constructor(genesis: Genesis) {
    this.members = new Map(genesis.members.filter((one) => one.standing === 'admitted').map((one) => [one.id, one]))
    this.officers = new Map(genesis.officers.map((one) => [hex(one.fingerprint), one]))
    this.applications = new Map(genesis.applications.map((one) => [one.id, one]))
  }

  key(mark: string, body: Body): Uint8Array | null {
    if (body.kind === 'deposit') {
      const application = this.applications.get(body.author)
      return application && hex(application.fingerprint) === mark ? application.publicKey : null
    }
    if (body.kind === 'member.change' || body.kind === 'officer.change') {
      return [...this.members.values()].find((one) => hex(one.fingerprint) === mark)?.publicKey ?? null
    }
    return this.officers.get(mark)?.publicKey ?? null
  }

  take(body: Body, signed: Set<string>): void {
    switch (body.kind) {
      case 'member.change':
        this.needMembers(body, signed)
        return this.changeMember(readMember(fields<[Plain[]]>(body.content, array)[0]))
      case 'officer.change':
        this.needMembers(body, signed)
        return this.changeOfficer(body.content)
      case 'access.apply':
        this.needOfficer(body, signed)
        return this.apply(body.content)
      case 'access.assess':
        this.needOfficer(body, signed)
        return this.assess(body.content)
      case 'access.decide':
        return this.decide(body, signed)
      case 'access.rekey':
        this.needTwoOfficers(body, signed)
        return this.rekey(body.content)
      default:
        throw new Fault('history-kind', { kind: body.kind })
    }
  }

  private changeMember(member: Member): void {
    const leaves = member.standing === 'removed'
    this.need(leaves ? this.members.has(member.id) : member.standing === 'admitted', 'member.change')
    if (leaves || member.level !== 1) {
      this.need(!member.power, 'member.change')
      this.officers = new Map([...this.officers].filter(([, one]) => one.owner !== member.id))
    }
    if (leaves) this.members.delete(member.id)
    else this.members.set(member.id, member)
  }

  private changeOfficer(content: Plain[]): void {
    const [fingerprint, owner, key, active] = fields<[Uint8Array, string, Uint8Array, boolean]>(
      content, digest, slug, publicKey, boolean,
    )
    this.need(this.members.get(owner)?.level === 1, 'officer.change')
    if (active) this.officers.set(hex(fingerprint), { fingerprint, owner, publicKey: key })
    else this.officers.delete(hex(fingerprint))
  }

  private apply(content: Plain[]): void {
    const [id, nameZh, nameEn, organisation, fingerprint, key, categories] = fields<
      [string, string, string, string, Uint8Array, Uint8Array, string[], Uint8Array]
    >(content, slug, text, text, text, digest, publicKey, each(slug), digest)
    const before = this.applications.get(id)
    this.need(!before || before.standing === 'applied', 'access.apply')
    this.applications.set(id, {
      id, nameZh, nameEn, organisation, fingerprint, publicKey: key, categories, standing: 'applied', score: null,
      standard: null,
    })
  }

  private assess(content: Plain[]): void {
    const [id, standard, score] = fields<[string, string, number, Uint8Array]>(content, slug, text, uint, digest)
    const application = this.known(id)
    this.need(application.standing !== 'revoked' && application.standing !== 'removed', 'access.assess')
    this.applications.set(id, { ...application, score, standard })
  }

  private decide(body: Body, signed: Set<string>): void {
    const [id, decision] = fields<[string, string, Uint8Array]>(
      body.content, slug, oneOf(...Object.keys(DECISIONS)), digest,
    )
    const application = this.known(id)
    const [before, after] = DECISIONS[decision]!
    this.need(before.includes(application.standing), 'access.decide')
    if (decision === 'suspend') this.needOfficer(body, signed)
    else this.needTwoOfficers(body, signed)
    const lets = after === 'probation' || after === 'admitted'
    this.need(!lets || (application.score ?? 0) >= PASSING_SCORE, 'access.decide')
    this.applications.set(id, { ...application, standing: after })
  }

  private rekey(content: Plain[]): void {
    const [id, fingerprint, key] = fields<[string, Uint8Array, Uint8Array]>(content, slug, digest, publicKey)
    const application = this.known(id)
    this.need(['probation', 'admitted', 'suspended'].includes(application.standing), 'access.rekey')
    this.applications.set(id, { ...application, fingerprint, publicKey: key })
  }

  private known(id: string): Application {
    const found = this.applications.get(id)
    if (!found) throw new Fault('application-unknown', { application: id })
    return found
  }

  private need(right: boolean, kind: string): void {
    if (!right) throw new Fault('history-step', { kind })
  }

  private needMembers(body: Body, signed: Set<string>): void {
    const all = [...this.members.values()]
    const signers = all.filter((one) => signed.has(hex(one.fingerprint)))
    const power = signers.reduce((sum, one) => sum + one.power, 0)
    const total = all.reduce((sum, one) => sum + one.power, 0)
    if (3 * power <= 2 * total || !signers.some((one) => one.id === body.author)) throw new Fault('history-signatures')
  }

  private owners(signed: Set<string>): string[] {
    return [...signed].flatMap((mark) => this.officers.get(mark)?.owner ?? [])
  }

  private needOfficer(body: Body, signed: Set<string>): void {
    const owners = this.owners(signed)
    if (signed.size !== 1 || owners.length !== 1 || owners[0] !== body.author) throw new Fault('history-signatures')
  }

  private needTwoOfficers(body: Body, signed: Set<string>): void {
    const owners = this.owners(signed)
    const several = new Set([...this.officers.values()].map((one) => one.owner)).size > 1
    const enough = owners.length >= 2 && !(several && new Set(owners).size < 2)
    if (!enough || !owners.includes(body.author)) throw new Fault('history-signatures')
  }
}
