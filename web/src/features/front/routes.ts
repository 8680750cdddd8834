import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./views/Front.vue'), meta: { title: 'front.title' } },
]

export default routes
