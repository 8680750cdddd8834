/** What other features may use of identity. */
export { signInAsDemoPerson, type DemoPerson } from './api'
export { deviceName } from './device'
