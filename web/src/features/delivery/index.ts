export { default as Bell } from './components/Bell.vue'
