import type { RouteRecordRaw } from 'vue-router'

const staff = ['clerk', 'filing_judge', 'judge', 'division_head', 'president'] as const

const routes: RouteRecordRaw[] = [
  { path: '/my', component: () => import('./views/My.vue'), meta: { title: 'cases.my.title', roles: [], uses: ['payments', 'filing'] } },
  {
    path: '/cases/:id',
    component: () => import('./views/Case.vue'),
    meta: { title: 'cases.page.title', roles: [], uses: ['payments', 'documents', 'evidence', 'filing'] },
  },
  {
    path: '/workbench',
    component: () => import('./views/Today.vue'),
    meta: { title: 'cases.today.title', roles: [...staff, 'cashier'], uses: ['payments'] },
  },
  {
    path: '/workbench/cases',
    component: () => import('./views/CaseBench.vue'),
    meta: { title: 'cases.bench.title', roles: staff, frame: 'work' },
  },
  {
    path: '/workbench/exclusions',
    component: () => import('./views/Exclusions.vue'),
    meta: { title: 'cases.exclusions.title', roles: ['judge', 'division_head', 'president'] },
  },
  { path: '/check/draw/:case?', component: () => import('./views/CheckDraw.vue'), meta: { title: 'cases.draw.title' } },
  { path: '/check/docket', component: () => import('./views/CheckDocket.vue'), meta: { title: 'cases.verify.title' } },
  { path: '/draws', component: () => import('./views/Commitments.vue'), meta: { title: 'cases.commitments.title' } },
]

export default routes
