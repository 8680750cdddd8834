import type { RouteRecordRaw } from 'vue-router'

const depositors = ['litigant', 'lawyer'] as const

const routes: RouteRecordRaw[] = [
  { path: '/check/evidence', component: () => import('./views/CheckEvidence.vue'), meta: { title: 'evidence.check.title' } },
  { path: '/shared/:code', component: () => import('./views/Shared.vue'), meta: { title: 'evidence.shared.title' } },
  { path: '/deposits', component: () => import('./views/MyDeposits.vue'), meta: { title: 'evidence.mine.title', roles: depositors } },
  { path: '/deposits/new', component: () => import('./views/AddDeposit.vue'), meta: { title: 'evidence.add.title', roles: depositors } },
  { path: '/deposits/:deposit', component: () => import('./views/Deposit.vue'), meta: { title: 'evidence.mine.title', roles: depositors } },
  { path: '/captures/:capture', component: () => import('./views/Capture.vue'), meta: { title: 'evidence.capture.title', roles: depositors } },
]

export default routes
