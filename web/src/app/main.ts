import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { i18n } from '@/shared/i18n'
import { useSession } from '@/shared/session'
import '@/shared/base.css'

const app = createApp(App).use(createPinia()).use(i18n)
// The session and the first page load side by side.
useSession().ready().catch(() => undefined)
app.use(router)
void router.isReady().finally(() => app.mount('#app'))
