/** One router made of every feature's `routes.ts`; loads words, checks who may come in, keeps titles and focus right. */
import { nextTick, shallowRef, watch } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { needMessages } from './messages'
import { i18n } from '@/shared/i18n'
import { language } from '@/shared/preferences'
import { useSession, type Role } from '@/shared/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title in the feature's words. */
    title?: string
    /** Who may open the page: anyone (absent), anyone signed in (`[]`), or the holders of a role. */
    roles?: readonly Role[]
    /** Further features whose widgets, and so words, the page uses. */
    uses?: readonly string[]
    /** The frame: with header and footer (absent), or the whole window for dense work. */
    frame?: 'page' | 'work'
    /** Set by the router: the feature that owns the page. */
    feature?: string
  }
}

const features = import.meta.glob<{ default: RouteRecordRaw[] }>('../features/*/routes.ts', { eager: true })

const routes: RouteRecordRaw[] = Object.entries(features).flatMap(([path, module]) => {
  const feature = path.split('/')[2]!
  return module.default.map((route) => ({ ...route, meta: { ...route.meta, feature } }) as RouteRecordRaw)
})

/** The address of a page that could not be opened; the shell offers to try again. */
export const unopened = shallowRef<string | null>(null)

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...routes,
    { path: '/not-yours', name: 'not-yours', component: () => import('./views/NotYours.vue'), meta: { title: 'app.notYours.title' } },
    { path: '/:path(.*)*', name: 'not-found', component: () => import('./views/NotFound.vue'), meta: { title: 'app.notFound.title' } },
  ],
  scrollBehavior(to, from, saved) {
    if (saved) return saved
    if (to.hash) return { el: to.hash, top: 80 }
    // Filters and pages live in the address; changing them keeps the place.
    return to.path === from.path ? false : { top: 0 }
  },
})

router.beforeEach(async (to) => {
  const session = useSession()
  const wanted = to.matched.flatMap((record) => [record.meta.feature ?? '', ...(record.meta.uses ?? [])]).filter(Boolean)
  const words = needMessages(wanted)
  const rule = to.matched.filter((record) => record.meta.roles).at(-1)?.meta.roles
  if (rule) {
    await session.ready()
    if (!session.signedIn) return { path: '/sign-in', query: { next: to.fullPath } }
    if (rule.length && !session.hasAny(rule)) return { name: 'not-yours', replace: true }
  }
  await words
  return true
})

function setTitle(key: string | undefined): void {
  const { t } = i18n.global
  const site = t('app.name') + ' · ' + t('app.tagline')
  document.title = key ? `${t(key)} - ${site}` : site
}

router.afterEach((to, from, failure) => {
  if (failure) return
  unopened.value = null
  setTitle(to.meta.title)
  if (from.matched.length && to.path !== from.path) {
    // A new page begins at its heading for those who do not see it change.
    void nextTick(() => requestAnimationFrame(() => document.getElementById('page-title')?.focus({ preventScroll: true })))
  }
})

watch(language, async () => {
  await needMessages()
  setTitle(router.currentRoute.value.meta.title)
})

router.onError((error: unknown, to) => {
  unopened.value = to.fullPath
  // After an update the old page asks for files that are gone: open the address anew, once.
  if (!/dynamically imported module|module script failed|preload/i.test(String(error))) return
  const mark = `tianping.reopened.${to.fullPath}`
  if (!navigator.onLine || sessionStorage.getItem(mark)) return
  sessionStorage.setItem(mark, '1')
  location.assign(to.fullPath)
})
