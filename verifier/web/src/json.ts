/** JSON as bundles are written: no member twice, integers only. The browser's own reader lets both pass. */
import { Fault } from './fault'

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

const DEEPEST = 64
const INTEGER = /-?(?:0|[1-9][0-9]*)/y
const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

export function parse(text: string): Json {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.take(SPACE)
  if (reader.at !== text.length) throw new Fault('form')
  return value
}

class Reader {
  at = 0

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > DEEPEST) throw new Fault('form')
    this.take(SPACE)
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth)
      case '[':
        return this.array(depth)
      case '"':
        return this.string()
      case 't':
        return this.word('true', true)
      case 'f':
        return this.word('false', false)
      case 'n':
        return this.word('null', null)
      default:
        return this.integer()
    }
  }

  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (!found) return null
    this.at += found[0].length
    return found[0]
  }

  private object(depth: number): Json {
    const found: { [name: string]: Json } = Object.create(null) as { [name: string]: Json }
    this.at++
    if (this.next('}')) return found
    do {
      this.take(SPACE)
      const name = this.string()
      if (name in found || !this.next(':')) throw new Fault('form')
      found[name] = this.value(depth + 1)
    } while (this.next(','))
    if (!this.next('}')) throw new Fault('form')
    return found
  }

  private array(depth: number): Json {
    const found: Json[] = []
    this.at++
    if (this.next(']')) return found
    do found.push(this.value(depth + 1))
    while (this.next(','))
    if (!this.next(']')) throw new Fault('form')
    return found
  }

  private next(sign: string): boolean {
    this.take(SPACE)
    if (this.text[this.at] !== sign) return false
    this.at++
    return true
  }

  private string(): string {
    const found = this.take(STRING)
    if (found === null) throw new Fault('form')
    return JSON.parse(found) as string
  }

  private word(text: string, value: Json): Json {
    if (!this.text.startsWith(text, this.at)) throw new Fault('form')
    this.at += text.length
    return value
  }

  private integer(): number {
    const found = this.take(INTEGER)
    if (found === null || /[.eE0-9]/.test(this.text[this.at] ?? '')) throw new Fault('form')
    return Number(found)
  }
}
