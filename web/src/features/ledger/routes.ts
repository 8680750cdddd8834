import type { RouteRecordRaw } from 'vue-router'

const uses = ['evidence']
const applicants = ['litigant', 'lawyer'] as const
const office = ['president', 'division_head', 'security_admin', 'audit_admin'] as const

const routes: RouteRecordRaw[] = [
  { path: '/ledger', component: () => import('./views/Explorer.vue'), meta: { title: 'ledger.explorer.title', uses } },
  { path: '/ledger/chains/:chain', component: () => import('./views/Chain.vue'), meta: { title: 'ledger.one.facts', uses } },
  { path: '/ledger/entries/:number', component: () => import('./views/Entry.vue'), meta: { title: 'ledger.entry.title', uses } },
  { path: '/ledger/standard', component: () => import('./views/Standard.vue'), meta: { title: 'ledger.standard.title', uses } },
  { path: '/ledger/applications', component: () => import('./views/Applications.vue'), meta: { title: 'ledger.applications.title', uses } },
  { path: '/ledger/applications/:application', component: () => import('./views/Application.vue'), meta: { title: 'ledger.applications.title', uses } },
  { path: '/ledger/apply', component: () => import('./views/Apply.vue'), meta: { title: 'ledger.apply.title', uses, roles: applicants } },
  { path: '/ledger/my-applications', component: () => import('./views/MyApplications.vue'), meta: { title: 'ledger.apply.mine', uses, roles: applicants } },
  { path: '/ledger/office', component: () => import('./views/Office.vue'), meta: { title: 'ledger.office.title', uses, roles: office } },
  { path: '/ledger/office/:application', component: () => import('./views/OfficeOne.vue'), meta: { title: 'ledger.office.title', uses, roles: office } },
  {
    path: '/ledger/console',
    component: () => import('./views/Console.vue'),
    meta: { title: 'ledger.console.title', uses, roles: ['president', 'system_admin', 'security_admin', 'audit_admin'] },
  },
]

export default routes
