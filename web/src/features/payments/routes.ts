import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/pay/stand-in/:reference', component: () => import('./views/StandIn.vue'), meta: { title: 'payments.till.title' } },
  { path: '/pay/:order', component: () => import('./views/Pay.vue'), meta: { title: 'payments.pay.title', roles: [] } },
  {
    path: '/pay/:order/relief',
    component: () => import('./views/AskRelief.vue'),
    meta: { title: 'payments.relief.title', roles: [] },
  },
  {
    path: '/workbench/reliefs',
    component: () => import('./views/Reliefs.vue'),
    meta: { title: 'payments.reliefs.title', roles: ['division_head', 'president'], frame: 'work' },
  },
  {
    path: '/workbench/money',
    component: () => import('./views/Books.vue'),
    meta: { title: 'payments.books.title', roles: ['cashier', 'president'] },
  },
]

export default routes
