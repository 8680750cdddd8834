import type { RouteRecordRaw } from 'vue-router'

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./views/SignIn.vue'), meta: { title: 'identity.signIn.title' } },
  { path: '/register', component: () => import('./views/Register.vue'), meta: { title: 'identity.register.title' } },
  { path: '/recover', component: () => import('./views/Recover.vue'), meta: { title: 'identity.recover.title' } },
  { path: '/account', component: () => import('./views/Account.vue'), meta: { title: 'identity.account.title', roles: [] } },
  {
    path: '/account/organisations',
    component: () => import('./views/Organisations.vue'),
    meta: { title: 'identity.organisations.title', roles: [] },
  },
  { path: '/account/mandates', component: () => import('./views/Mandates.vue'), meta: { title: 'identity.mandates.title', roles: [] } },
  { path: '/account/tokens', component: () => import('./views/Tokens.vue'), meta: { title: 'identity.tokens.title', roles: [] } },
  { path: '/demo', component: () => import('./views/Demo.vue'), meta: { title: 'identity.demo.title' } },
]

export default routes
