/** Every key that the code asks for exists, in both languages. English is held complete by the compiler (`Messages`). */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

type Tree = { [key: string]: string | Tree }

const source = join(__dirname, '../src')
const locales = import.meta.glob<{ default: Tree }>('../src/**/locale/zh.ts', { eager: true })
const english = import.meta.glob<{ default: Tree }>('../src/**/locale/en.ts', { eager: true })
const shared = import.meta.glob<{ default: Tree }>('../src/shared/i18n/{zh,en}.ts', { eager: true })

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return files(path)
    return /\.(vue|ts)$/.test(name) && !/\.test\.ts$/.test(name) ? [path] : []
  })
}

function nameOf(path: string): string {
  return path.includes('/app/') ? 'app' : path.split('/features/')[1]!.split('/')[0]!
}

const words: Tree = { ui: shared['../src/shared/i18n/zh.ts']!.default }
for (const [path, module] of Object.entries(locales)) words[nameOf(path)] = module.default
const englishWords: Tree = { ui: shared['../src/shared/i18n/en.ts']!.default }
for (const [path, module] of Object.entries(english)) englishWords[nameOf(path)] = module.default

function at(tree: Tree, key: string): string | Tree | undefined {
  return key.split('.').reduce<string | Tree | undefined>((node, part) => (typeof node === 'object' ? node[part] : undefined), tree)
}

function leaves(tree: Tree, before = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[before + key, value] as [string, string]] : leaves(value, `${before}${key}.`),
  )
}

const asked = files(source).flatMap((path) => {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(/\bt\(\s*(['`])([a-z_]+\.[^'`]+)\1|(?:title|label): '((?:app|ui|[a-z]+)\.[A-Za-z.]+)'/g)].map((match) => ({
    path: path.slice(source.length + 1),
    key: (match[2] ?? match[3])!,
  }))
})

describe('words', () => {
  it('are asked for in many places', () => expect(asked.length).toBeGreaterThan(200))

  it('exist for every key in the code', () => {
    const missing = asked.filter(({ key }) => {
      if (!key.includes('${')) return typeof at(words, key) !== 'string'
      // A key with a variable part: what stands before it must be a branch, or the start of a key in one.
      const before = key.slice(0, key.indexOf('${'))
      const branch = before.slice(0, before.lastIndexOf('.'))
      return typeof at(words, branch) !== 'object'
    })
    expect(missing).toEqual([])
  })

  it('have the same keys and places in both languages', () => {
    const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
    const zh = leaves(words)
    expect(leaves(englishWords).map(([key]) => key).sort()).toEqual(zh.map(([key]) => key).sort())
    for (const [key, text] of zh) expect([key, places(at(englishWords, key) as string)]).toEqual([key, places(text)])
  })

  it('hold no sign that the message format would read as a command', () => {
    const wrong = [...leaves(words), ...leaves(englishWords)].filter(([, text]) => /[@|]/.test(text) || text.trim() === '')
    expect(wrong).toEqual([])
  })
})
