/** Pages of the three administrators. Each sees the pages of one duty; the server holds the same line. */
import type { RouteRecordRaw } from 'vue-router'

const uses = ['identity']

export const dutyRoutes: RouteRecordRaw[] = [
  {
    path: '/administration',
    component: () => import('./views/Duties.vue'),
    meta: { title: 'administration.duties.home.title', roles: ['system_admin', 'security_admin', 'audit_admin'], uses },
  },
  {
    path: '/administration/people',
    component: () => import('./views/People.vue'),
    meta: { title: 'administration.duties.people.title', roles: ['system_admin', 'security_admin', 'audit_admin'], uses, frame: 'work' },
  },
  {
    path: '/administration/people/new',
    component: () => import('./views/NewMember.vue'),
    meta: { title: 'administration.duties.create.title', roles: ['system_admin'], uses },
  },
  {
    path: '/administration/licences',
    component: () => import('./views/Licences.vue'),
    meta: { title: 'administration.duties.licences.title', roles: ['system_admin'] },
  },
  {
    path: '/administration/roles',
    component: () => import('./views/RoleRequests.vue'),
    meta: { title: 'administration.duties.requests.title', roles: ['system_admin', 'security_admin'], uses },
  },
  {
    path: '/administration/sessions',
    component: () => import('./views/Sessions.vue'),
    meta: { title: 'administration.duties.sessions.title', roles: ['security_admin'] },
  },
  {
    path: '/administration/lockouts',
    component: () => import('./views/Lockouts.vue'),
    meta: { title: 'administration.duties.lockouts.title', roles: ['security_admin'] },
  },
  {
    path: '/administration/closed-accounts',
    component: () => import('./views/ClosedAccounts.vue'),
    meta: { title: 'administration.duties.closedAccounts.title', roles: ['system_admin', 'security_admin'], uses },
  },
  {
    path: '/administration/keys',
    component: () => import('./views/Keys.vue'),
    meta: { title: 'administration.duties.keys.title', roles: ['security_admin'] },
  },
  {
    path: '/administration/access-log',
    component: () => import('./views/AccessLog.vue'),
    meta: { title: 'administration.duties.log.title', roles: ['audit_admin'], uses },
  },
]
