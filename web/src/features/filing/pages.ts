/** The question pages of a filing, made from the server's description of its type of dispute. */
import type { Answers, CaseType, Finding, Question } from './api'
import { valueAt } from './answerPath'

export interface QuestionPageSpec {
  key: string
  /** Key of the label in this feature's words, under `filing.pages`. */
  label: string
  /** The fields of `facts` that are asked on the page. */
  facts: Question[]
}

/** Which elements belong together on a page. What is not named here is asked at the end, four at a time. */
const themes: Record<string, readonly (readonly [label: string, keys: readonly string[]])[]> = {
  ecom_sale: [
    ['order', ['platform', 'shop', 'self_operated', 'order_no', 'order_time']],
    ['goods', ['goods', 'price_paid', 'pay_method', 'delivery', 'purpose']],
    ['trouble', ['defect_kind', 'defect_facts', 'discover_time', 'promise']],
    ['talks', ['contact', 'return_state', 'platform_fault']],
    ['losses', ['freight', 'loss']],
  ],
  net_service: [
    ['service', ['service', 'account', 'register_time', 'agreement_version']],
    ['payment', ['paid', 'paid_period', 'total_days', 'remaining_days', 'minor']],
    ['trouble', ['dispute_kind', 'act']],
    ['talks', ['notice', 'appeal_internal']],
    ['clause', ['clause', 'prompt_way']],
    ['losses', ['loss']],
  ],
  dissemination: [
    ['work', ['work', 'work_type', 'author', 'first_publish', 'registration_no']],
    ['right', ['right_basis', 'chain']],
    ['infringement', ['infringe_subject', 'infringe_url', 'infringe_way', 'infringe_period']],
    ['comparison', ['similarity', 'evidence_fix', 'notice_sent']],
    ['losses', ['loss_method', 'damages_claimed', 'punitive_multiple', 'reasonable_cost', 'fame', 'profit']],
  ],
  online_loan: [
    ['contract', ['lender', 'licensed', 'platform', 'contract_no', 'contract_on']],
    ['identity', ['borrower_verify', 'esign']],
    ['payment', ['principal', 'paid_out', 'paid_out_on', 'pre_deduct']],
    ['interest', ['rate', 'overdue_rate', 'penalty', 'term']],
    ['repayment', ['repaid', 'principal_repaid', 'overdue_from', 'calc_date']],
    ['further', ['accelerate', 'guarantee', 'assign', 'collection', 'lawyer_fee']],
  ],
  reputation: [
    ['people', ['victim', 'publisher', 'platform']],
    ['content', ['content', 'urls', 'kind', 'identify', 'truth']],
    ['effect', ['spread', 'harm', 'evidence_fix', 'notice']],
    ['losses', ['loss', 'loss_provable', 'mental', 'cost', 'injunction']],
  ],
  general: [
    ['relation', ['opponent', 'relationship', 'began_on', 'known_on']],
    ['story', ['facts', 'grounds', 'contact']],
    ['losses', ['amount', 'loss', 'evidence']],
  ],
}

const before = ['kind', 'plaintiffs', 'defendants', 'third_parties'] as const
const after = ['events', 'claims', 'evidence', 'reasons', 'places', 'wishes'] as const

export function pagesFor(kind: CaseType | undefined): QuestionPageSpec[] {
  const plain = (key: string): QuestionPageSpec => ({ key, label: key, facts: [] })
  return [...before.map(plain), ...(kind ? factPages(kind) : []), ...after.map(plain)]
}

function factPages(kind: CaseType): QuestionPageSpec[] {
  const left = new Map(kind.questions.map((question) => [question.key, question]))
  const pages: QuestionPageSpec[] = []
  for (const [label, keys] of themes[kind.id] ?? []) {
    const facts = keys.flatMap((key) => left.get(key) ?? [])
    facts.forEach(({ key }) => left.delete(key))
    if (facts.length) pages.push({ key: label, label, facts })
  }
  const rest = [...left.values()]
  for (let from = 0; from < rest.length; from += 4) {
    pages.push({ key: `more-${from / 4 + 1}`, label: 'more', facts: rest.slice(from, from + 4) })
  }
  return pages
}

/** The page on which an answer is given, by the server's path of the answer (`facts.order_no`, `defendants.0.name`). */
export function pageOf(path: string, pages: readonly QuestionPageSpec[]): string {
  const [group, name] = path.split('.')
  if (group === 'facts') return pages.find(({ facts }) => facts.some(({ key }) => key === name))?.key ?? pages[0]!.key
  const named: Record<string, string> = { case_type: 'kind', cause: 'kind', agents: 'plaintiffs', links: 'places' }
  const key = named[group!] ?? group!
  return pages.some((page) => page.key === key) ? key : pages[0]!.key
}

export type PageState = 'done' | 'todo' | 'problem'

/** `problem`: something given is wrong; `todo`: something needed is missing or nothing was said; `done` otherwise. */
export function pageState(page: QuestionPageSpec, pages: readonly QuestionPageSpec[], answers: Answers, findings: readonly Finding[]): PageState {
  const met = findings.filter((finding) => finding.blocking && pageOf(finding.field, pages) === page.key)
  if (met.some(({ code }) => !missing.has(code))) return 'problem'
  if (met.length) return 'todo'
  return answered(page, answers) ? 'done' : 'todo'
}

const missing = new Set(['required', 'needed-for-claim', 'no-material'])

function answered(page: QuestionPageSpec, answers: Answers): boolean {
  // Nobody need be named here: having gone on past it is not an answer that the server knows.
  if (page.key === 'third_parties') return true
  if (page.key === 'kind') return Boolean(answers.case_type)
  if (page.key === 'places') return Object.keys(answers.links ?? {}).length > 0
  if (page.key === 'wishes') return Object.values(answers.wishes ?? {}).some((wish) => wish !== null && wish !== undefined)
  if (page.facts.length) return page.facts.some(({ path }) => !blank(valueAt(answers, path)))
  return !blank(valueAt(answers, page.key))
}

function blank(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
