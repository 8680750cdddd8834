/** What other features may use of filing. */
export { default as FileAgain } from './components/FileAgain.vue'
export { default as FileAgainOffer } from './components/FileAgainOffer.vue'
export { myFilings, type FilingRow } from './api'
/** What of a person's answers waits on this device, sending it, and taking it away: read when somebody signs out. */
export const leaving = () => import('./leaving')
