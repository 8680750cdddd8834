/** The page: what is chosen, checked as soon as it changes, and how it came out. */
import { sha256 } from '@noble/hashes/sha2'
import words from '../../src/tianping_verify/words.json'
import { fromHex, hex } from './bytes'
import { check, type FileFacts, type Report, type Subject } from './check'
import { Unusable, type Values } from './fault'
import { Sm3 } from './sm3'
import { TEXTS, type Language } from './texts'

type Said = { zh: string; en: string }
type Table = Record<string, Said | undefined>

const SLICE = 4 << 20
const LARGEST_PROOF = 64 << 20
const SIGNS = { match: '✓', mismatch: '✗', invalid: '✗', unusable: '✗', incomplete: '–' }

const language: { now: Language } = { now: navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en' }
const chosen: { proof: File | null; file: File | null } = { proof: null, file: null }
let facts: { of: File; facts: FileFacts } | null = null
let turn = 0
let shown: { report: Report } | { unusable: keyof typeof TEXTS } | null = null

const $ = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T

function say(table: Table, name: string, values: Values = {}): string {
  const said = table[name]?.[language.now] ?? name
  return said.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole))
}

function text(name: keyof typeof TEXTS): string {
  return TEXTS[name][language.now]
}

function element(name: string, className: string, content: string): HTMLElement {
  const made = document.createElement(name)
  made.className = className
  made.textContent = content
  return made
}

async function factsOf(file: File): Promise<FileFacts> {
  if (facts?.of === file) return facts.facts
  const bySm3 = new Sm3()
  const bySha = sha256.create()
  const progress = $<HTMLProgressElement>('progress')
  progress.hidden = file.size <= SLICE
  for (let at = 0; at < file.size; at += SLICE) {
    const slice = new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer())
    bySm3.update(slice)
    bySha.update(slice)
    progress.value = (at + slice.length) / file.size
  }
  progress.hidden = true
  facts = { of: file, facts: { size: file.size, sm3: bySm3.digest(), sha256: bySha.digest() } }
  return facts.facts
}

function pins(): Uint8Array[] {
  const field = $<HTMLTextAreaElement>('genesis')
  const lines = field.value.split('\n').filter((line) => line.trim())
  const read = lines.map(fromHex)
  const wrong = read.some((pin) => pin?.length !== 32)
  tellWrong('genesis', wrong ? text('genesisWrong') : '')
  return wrong ? [] : read.filter((pin) => pin !== null)
}

function salt(): Uint8Array | null {
  const given = $<HTMLInputElement>('salt').value.trim()
  const read = given ? fromHex(given) : null
  tellWrong('salt', given && !read ? text('saltWrong') : '')
  return read
}

function tellWrong(id: string, what: string): void {
  $(`${id}-error`).textContent = what
  if (what) $(id).setAttribute('aria-invalid', 'true')
  else $(id).removeAttribute('aria-invalid')
}

async function run(): Promise<void> {
  const mine = ++turn
  const options = { pins: pins(), salt: salt() }
  if (!chosen.proof) return
  $('answer').replaceChildren(element('p', 'soft', text('working')))
  $('answer').dataset.busy = 'true'
  let found: typeof shown
  try {
    if (chosen.proof.size > LARGEST_PROOF) throw new Unusable('large')
    const content = new Uint8Array(await chosen.proof.arrayBuffer())
    const file = chosen.file ? await factsOf(chosen.file) : null
    found = { report: await check(content, { ...options, file }) }
  } catch (reason) {
    found = { unusable: reason instanceof Unusable ? (reason.message as keyof typeof TEXTS) : 'unreadable' }
  }
  // Something else was chosen meanwhile: its own run shows it.
  if (mine !== turn) return
  shown = found
  show()
  delete $('answer').dataset.busy
}

function show(): void {
  document.documentElement.lang = language.now === 'zh' ? 'zh-CN' : 'en'
  document.title = text('title')
  for (const one of document.querySelectorAll<HTMLElement>('[data-say]')) {
    one.textContent = text(one.dataset.say as keyof typeof TEXTS)
  }
  $('language').textContent = text('language')
  $('language').lang = language.now === 'zh' ? 'en' : 'zh-CN'
  $('report').hidden = !shown || 'unusable' in shown
  if (!shown) return
  if ('unusable' in shown) {
    banner('unusable', text(shown.unusable))
    return
  }
  const { report } = shown
  banner(report.verdict, say(words.verdicts, report.verdict))
  $('facts').replaceChildren(...(report.subject ? about(report.subject) : []))
  $('checks').replaceChildren(
    ...report.checks.map((one) => {
      const row = document.createElement('li')
      row.dataset.check = one.id
      row.dataset.result = one.result
      row.append(element('span', `tag ${one.result}`, say(words.results, one.result)))
      const right = element('div', '', '')
      right.append(element('p', '', say(words.checks, one.id)))
      if (one.reason) right.append(element('p', 'soft', why(one.reason, one.values)))
      row.append(right)
      return row
    }),
  )
}

function why(reason: string, values: Values): string {
  return reason === 'stamp-authority' ? text(reason) : say(words.reasons, reason, values)
}

function banner(kind: keyof typeof SIGNS, what: string): void {
  const box = element('div', `verdict ${kind}`, '')
  const sign = element('span', 'sign', SIGNS[kind])
  sign.setAttribute('aria-hidden', 'true')
  box.append(sign, element('p', '', what))
  box.dataset.verdict = kind
  $('answer').replaceChildren(box)
}

function about(subject: Subject): HTMLElement[] {
  const zh = language.now === 'zh'
  const { genesis, depositor, item, quorum } = subject
  const rows: [string, string][] = [
    ['number', subject.number],
    ['chain', `${zh ? genesis.nameZh : genesis.nameEn} (${genesis.chain})`],
    ['genesis', hex(genesis.digest)],
  ]
  if (subject.category && depositor) {
    rows.push(['category', subject.category])
    const name = zh ? depositor.nameZh : depositor.nameEn
    const standing = say(words.standings, depositor.standing)
    const { organisation } = depositor
    const score = depositor.score ?? 0
    const assessed = say(words.labels, depositor.score === null ? 'unassessed' : 'assessed', { score })
    rows.push(['depositor', say(words.labels, 'standing', { name, organisation, standing, assessed })])
  }
  if (item) rows.push(['size', `${say(words.labels, 'bytes', { count: item.size })}, ${item.mediaType}`])
  if (quorum) rows.push(['stored_at', spoken(quorum.time)])
  if (item && item.claimedAt !== null) rows.push(['claimed_at', spoken(item.claimedAt)])
  if (subject.stampedAt !== undefined) rows.push(['stamped_at', spoken(subject.stampedAt)])
  if (quorum) {
    const names = quorum.signed.map(({ member }) => (zh ? member.nameZh : member.nameEn)).join(zh ? '、' : ', ')
    rows.push(['cosigners', say(words.labels, 'power', { names, power: quorum.power, total: quorum.total })])
  }
  return rows.flatMap(([label, value]) => [element('dt', '', say(words.labels, label)), element('dd', '', value)])
}

function spoken(time: number): string {
  const moment = new Date(time + 8 * 3_600_000)
  // A depositor may claim a time that no calendar reaches.
  if (Number.isNaN(moment.getTime())) return `${time} ms`
  const there = moment.toISOString()
  return `${there.slice(0, 10)} ${there.slice(11, 19)} (UTC+8)`
}

function choose(which: 'proof' | 'file', file: File | null | undefined): void {
  if (!file) return
  chosen[which] = file
  $(`${which}-name`).textContent = file.name
  $(`${which}-zone`).classList.add('full')
  void run()
}

for (const which of ['proof', 'file'] as const) {
  const zone = $(`${which}-zone`)
  const input = $<HTMLInputElement>(which)
  input.addEventListener('change', () => choose(which, input.files?.[0]))
  zone.addEventListener('dragover', (event) => {
    event.preventDefault()
    zone.classList.add('over')
  })
  zone.addEventListener('dragleave', () => zone.classList.remove('over'))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    event.stopPropagation()
    zone.classList.remove('over')
    choose(which, event.dataTransfer?.files[0])
  })
}
// A file dropped beside a zone would replace the page.
for (const name of ['dragover', 'drop']) document.addEventListener(name, (event) => event.preventDefault())
for (const id of ['genesis', 'salt']) $(id).addEventListener('input', () => void run())
$('form').addEventListener('submit', (event) => event.preventDefault())
$('print').addEventListener('click', () => print())
$('language').addEventListener('click', () => {
  language.now = language.now === 'zh' ? 'en' : 'zh'
  show()
})
const dark = matchMedia('(prefers-color-scheme: dark)')
const themed = (): void => void (document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light')
dark.addEventListener('change', themed)
themed()
show()
