/** What other features may use of the calculators. */
export { default as FeeWorking } from './components/FeeWorking.vue'
export { default as CausePicker } from './components/CausePicker.vue'
export { default as VerdictLine } from './components/VerdictLine.vue'
export { default as FactFields } from './components/FactFields.vue'
export { statedLinks } from './facts'
export { causesOn, facts, type Cause, type Fact, type FeeAnswer } from './api'
