/** What a person chose about the look: kept on this device only, under the keys that `public/boot.js` reads. */
import { computed, ref, watch } from 'vue'

export type Language = 'zh' | 'en'
export type Theme = 'auto' | 'light' | 'dark'
export type TextSize = 'normal' | 'large' | 'larger'

function kept(key: string): string | null {
  try {
    return localStorage.getItem(`tianping.${key}`)
  } catch {
    return null // Storage may be refused (private windows, kiosk); the choice then lasts for this page only.
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(`tianping.${key}`, value)
  } catch {
    return
  }
}

function oneOf<T extends string>(value: string | null, allowed: readonly T[], fallback: T): T {
  return allowed.find((candidate) => candidate === value) ?? fallback
}

const preferred: Language = typeof navigator !== 'undefined' && /^en/i.test(navigator.language) ? 'en' : 'zh'

export const language = ref<Language>(oneOf(kept('language'), ['zh', 'en'] as const, preferred))
export const theme = ref<Theme>(oneOf(kept('theme'), ['auto', 'light', 'dark'] as const, 'auto'))
export const textSize = ref<TextSize>(oneOf(kept('text'), ['normal', 'large', 'larger'] as const, 'normal'))

const systemDark = ref(false)
if (typeof matchMedia === 'function') {
  const query = matchMedia('(prefers-color-scheme: dark)')
  systemDark.value = query.matches
  query.addEventListener('change', (event) => (systemDark.value = event.matches))
}

export const dark = computed(() => theme.value === 'dark' || (theme.value === 'auto' && systemDark.value))

watch(dark, (on) => (document.documentElement.dataset.theme = on ? 'dark' : 'light'), { immediate: true })
watch(theme, (value) => keep('theme', value))
watch(
  textSize,
  (value) => {
    document.documentElement.dataset.text = value
    keep('text', value)
  },
  { immediate: true },
)
watch(
  language,
  (value) => {
    document.documentElement.lang = value === 'en' ? 'en' : 'zh-CN'
    keep('language', value)
  },
  { immediate: true },
)
