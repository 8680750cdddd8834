import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/check/document', component: () => import('./views/CheckDocument.vue'), meta: { title: 'documents.check.title' } },
  { path: '/papers', component: () => import('./views/Papers.vue'), meta: { title: 'documents.mine', roles: [] } },
  { path: '/papers/:paper', component: () => import('./views/Paper.vue'), meta: { title: 'documents.paper', roles: [], frame: 'work' } },
]

export default routes
