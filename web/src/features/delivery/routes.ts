import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/messages', component: () => import('./views/Messages.vue'), meta: { title: 'delivery.title', roles: [] } },
]

export default routes
