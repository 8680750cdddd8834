export { answer, client, keyed, newKey, onSignedOut, requestHeaders, useCsrfToken } from './client'
export { asProblem, offline, Problem, type FieldProblem, type ProblemKind } from './problem'
export { useAct, useRead, type Act, type Read } from './act'
export type { Answer, Body, Path } from './types'
