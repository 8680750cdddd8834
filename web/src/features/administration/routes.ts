import type { RouteRecordRaw } from 'vue-router'
import { dutyRoutes } from './dutyRoutes'

const routes: RouteRecordRaw[] = [
  {
    path: '/administration/reactions',
    component: () => import('./views/Reactions.vue'),
    meta: { title: 'administration.reactions.title', roles: ['system_admin', 'audit_admin'] },
  },
  {
    path: '/administration/messages',
    component: () => import('./views/FailedMessages.vue'),
    meta: { title: 'administration.messages.title', roles: ['system_admin'] },
  },
  {
    path: '/administration/calendar',
    component: () => import('./views/Calendar.vue'),
    meta: { title: 'administration.calendar.title', roles: ['system_admin', 'security_admin', 'audit_admin'] },
  },
  ...dutyRoutes,
]

export default routes
