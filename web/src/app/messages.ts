/** Loads the words of the features that are on screen, in the language in use. */
import zhApp from './locale/zh'
import enApp from './locale/en'
import { addMessages, type MessageTree } from '@/shared/i18n'
import { language, type Language } from '@/shared/preferences'

const files = import.meta.glob<{ default: MessageTree }>('../features/*/locale/{zh,en}.ts')
const wanted = new Set<string>()
const loaded = new Map<string, Promise<void>>()

addMessages('zh', 'app', zhApp)
addMessages('en', 'app', enApp)

function load(feature: string, into: Language): Promise<void> {
  const path = `../features/${feature}/locale/${into}.ts`
  const file = files[path]
  if (!file) return Promise.resolve()
  const known = loaded.get(path)
  if (known) return known
  const work = file().then(
    (messages) => addMessages(into, feature, messages.default),
    (failure: unknown) => {
      loaded.delete(path)
      throw failure
    },
  )
  loaded.set(path, work)
  return work
}

/** Adds features to those on screen; resolves when the words of all of them are there in the language in use. */
export async function needMessages(features: Iterable<string> = []): Promise<void> {
  for (const feature of features) wanted.add(feature)
  await Promise.all([...wanted].map((feature) => load(feature, language.value)))
}
