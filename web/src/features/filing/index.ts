/** What other features may use of filing. */
export { myFilings, type FilingRow } from './api'
