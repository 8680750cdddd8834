import type { RouteRecordRaw } from 'vue-router'

const uses = ['evidence']

const routes: RouteRecordRaw[] = [
  { path: '/ledger', component: () => import('./views/Explorer.vue'), meta: { title: 'ledger.explorer.title', uses } },
  { path: '/ledger/chains/:chain', component: () => import('./views/Chain.vue'), meta: { title: 'ledger.one.facts', uses } },
  { path: '/ledger/entries/:number', component: () => import('./views/Entry.vue'), meta: { title: 'ledger.entry.title', uses } },
]

export default routes
