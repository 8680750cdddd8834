/** What other features may use of cases. */
export { useCauseName } from './words'
export { listCases, type CaseRow } from './api'
