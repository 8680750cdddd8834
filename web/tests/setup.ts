import { config } from '@vue/test-utils'
import { beforeEach, vi } from 'vitest'
import { i18n } from '@/shared/i18n'
import { language } from '@/shared/preferences'

config.global.plugins = [i18n]
config.global.stubs = { RouterLink: { props: ['to'], template: '<a :href="String(to)"><slot /></a>' } }

beforeEach(() => {
  language.value = 'zh'
  vi.unstubAllGlobals()
})
