/** Picks request and answer types out of the generated schema by path and method, so that renamed schemas do no harm. */
import type { paths } from './schema'

export type Path = keyof paths

type Json<R> = R extends { content: { 'application/json': infer Body } } ? Body : never
type Success<R> = { [Status in keyof R]: Status extends 200 | 201 | 202 ? Json<R[Status]> : never }[keyof R]

/** The body of a successful answer, e.g. `Answer<'/api/v1/law/fee', 'post'>`. */
export type Answer<P extends Path, M extends keyof paths[P]> = paths[P][M] extends { responses: infer R }
  ? Success<R>
  : never

/** The JSON body that a request must carry. */
export type Body<P extends Path, M extends keyof paths[P]> = paths[P][M] extends {
  requestBody: { content: { 'application/json': infer B } }
}
  ? B
  : never
