/** What was done, as the record of accesses keeps it, as a key of our words; the record itself holds codes. */
import type { Access } from './duties'

const acts: Record<string, string> = {
  case: 'case',
  requests: 'requests',
  parties: 'parties',
  docket: 'docket',
  'docket export': 'docket_export',
  open: 'open',
  complaint: 'complaint',
  exhibits: 'exhibits',
  'session ended': 'session_ended',
  'lockout cleared': 'lockout_cleared',
  'account closed': 'account_closed',
  'account reopened': 'account_reopened',
  'staff member created': 'member_created',
  'division, subjects or load changed': 'place_changed',
  'leave noted': 'leave_noted',
  'leave cancelled': 'leave_cancelled',
  "lawyer's licence confirmed": 'licence_confirmed',
  "lawyer's licence refused": 'licence_refused',
}

export interface Trace {
  act: string
  role?: string
  number?: string
  paper?: string
}

/** Null for a code that our words do not know: then the code itself is shown, so that nothing in the record is hidden. */
export function traceOf({ matter, what }: Pick<Access, 'matter' | 'what'>): Trace | null {
  if (matter === 'document') return { act: 'paper', paper: what }
  if (matter === 'ledger-application' && what === 'paper') return { act: 'application_paper' }
  const role = /^role (\w+) (requested|confirmed|refused|withdrawn)$/.exec(what)
  if (role) return { act: `role_${role[2]}`, role: role[1] }
  const key = /^key (\d+) made$/.exec(what)
  if (key) return { act: 'key_made', number: key[1] }
  const act = acts[what]
  return act ? { act } : null
}
