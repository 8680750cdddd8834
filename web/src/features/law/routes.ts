import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/calculators', component: () => import('./views/Calculators.vue'), meta: { title: 'law.title' } },
  { path: '/calculators/fee', component: () => import('./views/Fee.vue'), meta: { title: 'law.fee.title' } },
  { path: '/calculators/deadline', component: () => import('./views/Deadline.vue'), meta: { title: 'law.deadline.title' } },
  {
    path: '/calculators/jurisdiction',
    component: () => import('./views/Jurisdiction.vue'),
    meta: { title: 'law.jurisdiction.title' },
  },
  { path: '/calculators/interest', component: () => import('./views/Interest.vue'), meta: { title: 'law.interest.title' } },
]

export default routes
