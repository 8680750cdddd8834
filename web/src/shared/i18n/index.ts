/** Languages of the interface. Chinese is written first; `Messages<typeof zh>` makes English complete at compile time. */
import { watch } from 'vue'
import { createI18n } from 'vue-i18n'
import { language } from '@/shared/preferences'
import en from './en'
import type { Bilingual, MessageTree } from './types'
import zh from './zh'

export type { Bilingual, Messages, MessageTree } from './types'

export const i18n = createI18n({
  legacy: false,
  locale: language.value,
  fallbackLocale: 'zh',
  messages: { zh: { ui: zh }, en: { ui: en } } as Record<string, MessageTree>,
  missingWarn: false,
  fallbackWarn: false,
})

watch(language, (value) => (i18n.global.locale.value = value))

export function addMessages(of: 'zh' | 'en', name: string, messages: MessageTree): void {
  i18n.global.mergeLocaleMessage(of, { [name]: messages })
}

/** The words of a bilingual text in the language in use. */
export function local(text: Bilingual | string | null | undefined): string {
  if (!text) return ''
  if (typeof text === 'string') return text
  return language.value === 'en' ? text.en || text.zh : text.zh || text.en
}
