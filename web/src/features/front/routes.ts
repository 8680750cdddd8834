import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./views/Front.vue'), meta: { title: 'front.title' } },
  { path: '/can-we-help', component: () => import('./views/CanWeHelp.vue'), meta: { title: 'front.help.title', uses: ['law'] } },
]

export default routes
