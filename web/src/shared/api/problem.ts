/** Refusals and failures of the server as one error class (RFC 9457), told in both languages. */
import type { Bilingual } from '@/shared/i18n'

export interface FieldProblem {
  field: string
  code: string
  message: Bilingual
}

/** `refused`: the server answered and said no. `failed`: it broke. `offline`: nobody answered, the outcome is unknown. */
export type ProblemKind = 'refused' | 'failed' | 'offline'

export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly kind: ProblemKind,
    readonly status: number,
    readonly code: string,
    readonly title: Bilingual,
    readonly detail: Bilingual | null = null,
    readonly requestId: string | null = null,
    readonly articles: readonly string[] = [],
    readonly fields: readonly FieldProblem[] = [],
    /** What the refusal names besides words, such as the other device's value of an answer. */
    readonly values: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${title.en}`)
  }

  /** True while the server's decision is unknown; the same act may be sent again with the same idempotency key. */
  get unsettled(): boolean {
    return this.kind !== 'refused' || this.status === 429
  }

  field(name: string): Bilingual | undefined {
    return this.fields.find((entry) => entry.field === name)?.message
  }
}

const offlineTitle: Bilingual = { zh: '网络连接不上', en: 'No connection' }
const offlineDetail: Bilingual = {
  zh: '您填写的内容仍在本页，没有丢失。请检查网络后再试。',
  en: 'What you entered is still on this page. Check your connection and try again.',
}
const failedTitle: Bilingual = { zh: '系统出了问题', en: 'Something went wrong on our side' }
const failedDetail: Bilingual = {
  zh: '您填写的内容仍在本页。请稍后再试；如多次出现，请把下面的编号告诉我们。',
  en: 'What you entered is still on this page. Try again later; if it keeps happening, give us the number below.',
}

export function offline(): Problem {
  return new Problem('offline', 0, 'offline', offlineTitle, offlineDetail)
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A sentence in both languages out of `{zh, en}`, out of one string, or out of nothing. */
function bilingual(value: unknown): Bilingual | null {
  const single = text(value)
  if (single) return { zh: single, en: single }
  const zh = text(record(value).zh)
  const en = text(record(value).en)
  return zh || en ? { zh: zh ?? en ?? '', en: en ?? zh ?? '' } : null
}

/** Reads an error answer. Anything that is not problem+json (a proxy's page, an empty body) is a failure of ours. */
export async function readProblem(response: Response): Promise<Problem> {
  const body = record(await response.json().catch(() => null))
  const messages = record(body.messages)
  const title = bilingual(messages.title) ?? bilingual(body.title)
  const requestId = text(body.request_id) ?? response.headers.get('X-Request-ID')
  if (!title || response.status >= 500) {
    const known = title && response.status === 503
    return new Problem(
      'failed',
      response.status,
      text(body.code) ?? `http-${response.status}`,
      known ? title : failedTitle,
      known ? (bilingual(messages.detail) ?? failedDetail) : failedDetail,
      requestId,
    )
  }
  const fields = (Array.isArray(body.fields) ? body.fields : []).map((entry): FieldProblem => {
    const field = record(entry)
    return {
      field: text(field.field) ?? '',
      code: text(field.code) ?? 'invalid',
      message: bilingual(field.messages) ?? bilingual(field.message) ?? title,
    }
  })
  return new Problem(
    'refused',
    response.status,
    text(body.code) ?? `http-${response.status}`,
    title,
    bilingual(messages.detail) ?? bilingual(body.detail),
    requestId,
    (Array.isArray(body.articles) ? body.articles : []).filter((entry) => typeof entry === 'string'),
    fields,
    record(body.values),
  )
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return offline()
  return new Problem('failed', 0, 'browser-error', failedTitle, failedDetail)
}
