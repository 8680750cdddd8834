/** What other features may use of the court's papers. */
export { default as PaperList } from './components/PaperList.vue'
export { papersOfCase, papersOfFiling, type Paper } from './api'
