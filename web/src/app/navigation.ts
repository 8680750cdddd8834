/** What stands in the header and in the tab bar: by role, and only where a feature has brought the page. */
import { computed, type ComputedRef } from 'vue'
import type { Router } from 'vue-router'
import type { IconName } from '@/shared/ui/Icon.vue'
import { adminRoles, staffRoles, useSession, type Role } from '@/shared/session'

export interface Place {
  to: string
  label: string
  icon: IconName
  roles?: readonly Role[]
}

const visitor: Place[] = [
  { to: '/', label: 'app.nav.front', icon: 'home' },
  { to: '/my', label: 'app.nav.my', icon: 'folder' },
  { to: '/file', label: 'app.nav.file', icon: 'plus' },
  { to: '/deposits', label: 'app.nav.deposits', icon: 'shield' },
  { to: '/check/document', label: 'app.nav.check', icon: 'search' },
  { to: '/calculators', label: 'app.nav.calculators', icon: 'calculator' },
]

const staff: Place[] = [
  { to: '/workbench', label: 'app.nav.today', icon: 'calendar', roles: staffRoles },
  { to: '/workbench/filings', label: 'app.nav.filings', icon: 'tray', roles: ['clerk', 'filing_judge', 'division_head', 'president'] },
  { to: '/workbench/cases', label: 'app.nav.cases', icon: 'folder', roles: staffRoles.filter((role) => role !== 'cashier') },
  { to: '/workbench/reliefs', label: 'app.nav.reliefs', icon: 'money', roles: ['division_head', 'president'] },
  { to: '/workbench/money', label: 'app.nav.money', icon: 'money', roles: ['cashier', 'president'] },
  { to: '/ledger/office', label: 'app.nav.ledgerAccess', icon: 'shield', roles: ['president', 'division_head'] },
  { to: '/calculators', label: 'app.nav.calculators', icon: 'calculator' },
]

/** Three administrators who check each other: each sees the places of one duty. */
const administration: Place[] = [
  { to: '/administration', label: 'app.nav.duties', icon: 'home', roles: adminRoles },
  { to: '/administration/access-log', label: 'app.nav.access', icon: 'search', roles: ['audit_admin'] },
  { to: '/administration/roles', label: 'app.nav.roles', icon: 'check', roles: ['security_admin'] },
  { to: '/administration/people', label: 'app.nav.people', icon: 'person', roles: adminRoles },
  { to: '/administration/sessions', label: 'app.nav.sessions', icon: 'phone', roles: ['security_admin'] },
  { to: '/administration/keys', label: 'app.nav.keys', icon: 'shield', roles: ['security_admin'] },
  { to: '/administration/licences', label: 'app.nav.licences', icon: 'scales', roles: ['system_admin'] },
  { to: '/administration/reactions', label: 'app.nav.reactions', icon: 'clock', roles: ['system_admin', 'audit_admin'] },
  { to: '/ledger/office', label: 'app.nav.ledgerAccess', icon: 'shield', roles: ['security_admin', 'audit_admin'] },
  { to: '/ledger/console', label: 'app.nav.ledger', icon: 'map', roles: adminRoles },
  { to: '/administration/calendar', label: 'app.nav.calendar', icon: 'calendar', roles: ['system_admin', 'audit_admin'] },
]

export function useNavigation(router: Router): ComputedRef<Place[]> {
  const session = useSession()
  return computed(() => {
    const places = session.hasAny(staffRoles) ? staff : session.hasAny(adminRoles) ? administration : visitor
    return places.filter(
      (place) => (!place.roles || session.hasAny(place.roles)) && router.resolve(place.to).name !== 'not-found',
    )
  })
}
