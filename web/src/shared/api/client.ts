/** The one way to the server: typed by `schema.ts` (generated), refusals thrown as `Problem`. */
import createClient, { type Middleware } from 'openapi-fetch'
import { language } from '@/shared/preferences'
import { asProblem, readProblem } from './problem'
import type { paths } from './schema'

let csrfToken = ''
const signedOutListeners = new Set<() => void>()

/** The session store hands over the token of `GET /api/v1/session`. */
export function useCsrfToken(token: string | null): void {
  csrfToken = token ?? ''
}

/** Headers for requests that do not pass through `client` (uploads). */
export function requestHeaders(): Record<string, string> {
  return { 'Accept-Language': language.value === 'en' ? 'en' : 'zh-CN', 'X-CSRF-Token': csrfToken }
}

/** Called when the server says that nobody is signed in (any more). */
export function onSignedOut(listener: () => void): void {
  signedOutListeners.add(listener)
}

const conventions: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language.value === 'en' ? 'en' : 'zh-CN')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      request.headers.set('X-CSRF-Token', csrfToken)
      if (!request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', newKey())
    }
    return request
  },
  async onResponse({ response }) {
    if (response.ok) return undefined
    const problem = await readProblem(response)
    if (problem.status === 401) signedOutListeners.forEach((listener) => listener())
    throw problem
  },
  onError({ error }) {
    return asProblem(error)
  },
}

type Optional<Operation> = Operation extends { parameters: infer Given }
  ? Omit<Operation, 'parameters'> & { parameters: Omit<Given, 'header'> & { header?: Partial<NonNullable<Header<Given>>> } }
  : Operation
type Header<Given> = Given extends { header?: infer H } ? H : never
/** The server's paths, but for headers: the client adds `Idempotency-Key` and the others itself when they are not given. */
type OurPaths = { [P in keyof paths]: { [M in keyof paths[P]]: Optional<paths[P][M]> } }

export const client = createClient<OurPaths>({
  credentials: 'same-origin',
  // Looked up at each call, so that tests can stand in for the network.
  fetch: (request) => globalThis.fetch(request),
})
client.use(conventions)

/** Asks for the token anew: another tab may have signed in or out meanwhile. */
export async function refreshCsrfToken(): Promise<void> {
  useCsrfToken((await answer(client.GET('/api/v1/session'))).csrf_token)
}

/** The body of a successful answer: `const fee = await answer(client.POST('/api/v1/law/fee', { body }))`. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call
  return data as T
}

/** Sends the key of an act along: `client.POST(path, { body, ...keyed(key) })`. */
export function keyed(key: string): { headers: { 'Idempotency-Key': string } } {
  return { headers: { 'Idempotency-Key': key } }
}

/** A random key for one act of a person (UUID 4); also where the page is not a secure context. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
