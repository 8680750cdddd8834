/** What other features may use of filing. */
export { myFilings, type FilingRow } from './api'
/** What of a person's answers waits on this device, sending it, and taking it away: read when somebody signs out. */
export const leaving = () => import('./leaving')
