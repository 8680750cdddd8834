import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/check/evidence', component: () => import('./views/CheckEvidence.vue'), meta: { title: 'evidence.check.title' } },
  { path: '/shared/:code', component: () => import('./views/Shared.vue'), meta: { title: 'evidence.shared.title' } },
]

export default routes
