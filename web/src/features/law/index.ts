/** What other features may use of the calculators. */
export { default as FeeWorking } from './components/FeeWorking.vue'
export { default as CausePicker } from './components/CausePicker.vue'
export { default as VerdictLine } from './components/VerdictLine.vue'
export { causesOn, type Cause, type FeeAnswer } from './api'
