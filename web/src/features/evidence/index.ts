/** What other features may use of evidence. */
export { bytesInWords, momentInWords, numberIn } from './words'
export { readCategories } from './api'
export { usePolling } from './polling'
export { default as CopyLine } from './components/CopyLine.vue'
export { default as VerdictCard } from './components/VerdictCard.vue'
/** What of a person's unsent deposit waits on this device, taken away when somebody signs out. */
export const drafts = () => import('./drafts')
export { default as CaseEvidence } from './components/CaseEvidence.vue'
export { default as FiledExhibits } from './components/FiledExhibits.vue'
export { default as FilingVerdict } from './components/FilingVerdict.vue'
