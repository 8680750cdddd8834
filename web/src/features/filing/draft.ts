/** A filing while its questions are answered: what the server has, over it what still waits on this device. */
import { computed, onBeforeUnmount, reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import * as api from './api'
import type { Answers, CaseType, Catalogue, FilingView, Finding } from './api'
import { groupOf, sameAnswer, valueAt, withAnswer } from './answerPath'
import { outbox as openOutbox, type Outbox } from './outbox'
import { pagesFor, type QuestionPageSpec } from './pages'
import { useSaving, type Saving } from './saving'
import { asProblem, type Problem } from '@/shared/api'
import { beforeSignOut } from '@/shared/leaving'
import { useSession } from '@/shared/session'

const pauseMs = 700

export interface Draft {
  id: string
  filing: ShallowRef<FilingView | undefined>
  catalogue: ShallowRef<Catalogue | undefined>
  kind: ComputedRef<CaseType | undefined>
  pages: ComputedRef<QuestionPageSpec[]>
  answers: ShallowRef<Answers>
  findings: ComputedRef<Finding[]>
  saving: ShallowRef<Saving | undefined>
  expiresOn: Ref<string | null>
  /** Counts confirmed saves, so that sums and fees can be worked out anew. */
  saves: Ref<number>
  /** True after another device changed something that is now shown here. */
  refreshed: Ref<boolean>
  problem: ShallowRef<Problem | null>
  set: (path: string, value: unknown) => void
  /** What is wrong with an answer: the server's refusal first, then its findings. */
  wrong: (path: string) => { zh: string; en: string } | null
  flush: () => Promise<void>
  load: () => Promise<void>
  takeTheirs: (path: string) => void
}

export function useDraft(id: string): Draft {
  const session = useSession()
  const filing = shallowRef<FilingView>()
  const catalogue = shallowRef<Catalogue>()
  const answers = shallowRef<Answers>({})
  const saving = shallowRef<Saving>()
  const problem = shallowRef<Problem | null>(null)
  const expiresOn = ref<string | null>(null)
  const refreshed = ref(false)
  const saves = ref(0)
  const byGroup = reactive(new Map<string, Finding[]>())
  const pausing = new Map<string, ReturnType<typeof setTimeout>>()
  let box: Outbox | undefined

  const kind = computed(() => catalogue.value?.case_types.find((each) => each.id === answers.value.case_type))
  const pages = computed(() => pagesFor(kind.value))
  const findings = computed(() => [...byGroup.values()].flat())

  function over(read: Answers): Answers {
    let result = read
    for (const { path, value } of box?.all() ?? []) result = withAnswer(result, path, value)
    for (const path of pausing.keys()) result = withAnswer(result, path, valueAt(answers.value, path))
    return result
  }

  async function load(): Promise<void> {
    problem.value = null
    try {
      const [read, described, key] = await Promise.all([api.filing(id), api.catalogue(), api.deviceKey()])
      const kept = (box ??= openOutbox(id, { person: session.person?.id ?? '', key }))
      filing.value = read
      catalogue.value = described
      expiresOn.value = read.expires_on
      answers.value = over(read.answers)
      saving.value ??= useSaving({
        outbox: kept,
        revision: read.revision,
        send: (key, body) => api.saveAnswers(id, key, body),
        saved(done) {
          saves.value++
          expiresOn.value = done.expires_on || null
          note(done.groups, done.findings)
        },
        othersSaved: () => void again(),
      })
      saving.value.readAt(read.revision)
      void saving.value.flush()
      void lookOver()
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  /** What the whole filing still lacks, for the progress list; the answers can be given without it. */
  async function lookOver(): Promise<void> {
    const found = await api.check(id).catch(() => null)
    if (!found) return
    byGroup.clear()
    for (const finding of found.findings) {
      const group = finding.field.split('.')[0]!
      byGroup.set(group, [...(byGroup.get(group) ?? []), finding])
    }
  }

  async function again(): Promise<void> {
    const read = await api.filing(id).catch(() => null)
    if (!read || !saving.value) return
    const before = answers.value
    answers.value = over(read.answers)
    if (!box?.all().length && !pausing.size) saving.value.readAt(read.revision)
    refreshed.value ||= !sameAnswer(before, answers.value)
    void lookOver()
  }

  function note(groups: readonly string[], found: readonly Finding[]): void {
    for (const group of groups) byGroup.set(group, found.filter(({ field }) => field.split('.')[0] === group))
    // A fact may complete a claim's sum, and a defendant that is gone a claim's addressee.
    if (groups.some((group) => /^(facts|defendants|case_type)$/.test(group)) && byGroup.get('claims')?.length) void lookOver()
  }

  function set(path: string, value: unknown): void {
    const group = groupOf(path)
    if (sameAnswer(valueAt(answers.value, group), value) && !pausing.has(group)) return
    answers.value = withAnswer(answers.value, group, value)
    clearTimeout(pausing.get(group))
    pausing.set(group, setTimeout(() => send(group), pauseMs))
  }

  function send(group: string): void {
    clearTimeout(pausing.get(group))
    pausing.delete(group)
    saving.value?.save(group, valueAt(answers.value, group) ?? null)
  }

  async function flush(): Promise<void> {
    for (const group of [...pausing.keys()]) send(group)
    await saving.value?.flush()
  }

  function wrong(path: string): { zh: string; en: string } | null {
    const refusal = saving.value?.state.refusals[groupOf(path)]
    if (refusal) return refusal.field(path) ?? refusal.fields[0]?.message ?? refusal.title
    const finding = findings.value.find((each) => each.field === path && each.code !== 'required')
    return finding?.short ?? null
  }

  function takeTheirs(path: string): void {
    const theirs = saving.value?.takeTheirs(path)
    answers.value = withAnswer(answers.value, path, theirs ?? null)
  }

  function online(): void {
    void saving.value?.flush()
  }
  function leaving(): void {
    // Into the outbox at once; it survives the page.
    for (const group of [...pausing.keys()]) send(group)
  }
  const signingOut = beforeSignOut(flush)
  addEventListener('online', online)
  addEventListener('pagehide', leaving)
  onBeforeUnmount(() => {
    signingOut()
    removeEventListener('online', online)
    removeEventListener('pagehide', leaving)
    leaving()
  })
  void load()

  return {
    id, filing, catalogue, kind, pages, answers, findings, saving, expiresOn, saves, refreshed, problem,
    set, wrong, flush, load, takeTheirs,
  }
}
