/**
 * Answers on their way to the server. They are kept on this device, per person and filing, until the server has confirmed
 * them: localStorage, because it is written at once, also while the page is being closed. What lies there is sealed
 * (SM4-GCM) with a key that only the signed-in person is given by the server and that is never stored: whoever signs in
 * at this browser next can neither see it nor send it.
 */
import { sm4 } from 'sm-crypto-v2'

export interface Waiting {
  path: string
  value: unknown
  /** The revision of this answer that the person saw when typing. */
  base: number
  /** Idempotency key of this value; another value takes another key. */
  key: string
}

export interface Outbox {
  readonly filing: string
  all(): Waiting[]
  /** Puts an answer in; a later answer at the same path takes the earlier one's place and its base. */
  put(entry: Waiting): void
  /** Takes an answer out, unless it was replaced since. */
  settle(path: string, key: string): void
  drop(path: string): void
  /** Gives an answer a new base, after the person chose it over the other device's. */
  rebase(path: string, base: number, key: string): void
}

/** Whose answers: the person's id, and the key (32 hexadecimal digits) that the server gives to that person alone. */
export interface Owner {
  person: string
  key: string
}

const live = new Set<{ person: string; empty: () => void }>()
const prefix = (person: string): string => `tianping.outbox.${person}.`

export function outbox(filing: string, owner: Owner, storage: Storage | null = deviceStorage()): Outbox {
  const place = prefix(owner.person) + filing
  let held: Waiting[] = read()
  live.add({ person: owner.person, empty: () => (held = []) })

  function read(): Waiting[] {
    try {
      const kept: unknown = JSON.parse(unsealed(storage?.getItem(place) ?? '', owner.key, place))
      return Array.isArray(kept) ? kept.filter(isWaiting) : []
    } catch {
      return [] // Nothing there, or nothing that this person's key opens.
    }
  }

  function write(): void {
    try {
      if (held.length) storage?.setItem(place, sealed(JSON.stringify(held), owner.key, place))
      else storage?.removeItem(place)
    } catch {
      return // Without room on the device the answers are kept as long as the page is open.
    }
  }

  return {
    filing,
    all: () => [...held],
    put(entry) {
      const earlier = held.find((each) => each.path === entry.path)
      held = [...held.filter((each) => each.path !== entry.path), { ...entry, base: earlier?.base ?? entry.base }]
      write()
    },
    settle(path, key) {
      held = held.filter((each) => each.path !== path || each.key !== key)
      write()
    },
    drop(path) {
      held = held.filter((each) => each.path !== path)
      write()
    },
    rebase(path, base, key) {
      held = held.map((each) => (each.path === path ? { ...each, base, key } : each))
      write()
    },
  }
}

/** The filings of which this device keeps answers of the person. */
export function waitingFilings(person: string, storage: Storage | null = deviceStorage()): string[] {
  return placesOf(storage).filter((place) => place.startsWith(prefix(person))).map((place) => place.slice(prefix(person).length))
}

/** Takes everything of the person from this device: answers not sent, and which uploads could be resumed. */
export function forget(person: string, storage: Storage | null = deviceStorage()): void {
  for (const box of live) if (box.person === person) box.empty()
  for (const place of placesOf(storage)) if (place.startsWith(prefix(person)) || place.startsWith('tus::')) storage?.removeItem(place)
}

function placesOf(storage: Storage | null): string[] {
  return Array.from({ length: storage?.length ?? 0 }, (_, index) => storage!.key(index)).filter((place) => place !== null)
}

/** `iv.content.tag` in hexadecimal; the place is authenticated with it, so that it cannot be moved to another filing. */
function sealed(text: string, key: string, place: string): string {
  const iv = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const { output, tag } = sm4.encrypt(text, key, { mode: 'gcm', iv, associatedData: new TextEncoder().encode(place), outputTag: true })
  return `${iv}.${output}.${tag}`
}

function unsealed(kept: string, key: string, place: string): string {
  const [iv, content, tag] = kept.split('.')
  if (!iv || !content || !tag) throw new Error('not sealed')
  return sm4.decrypt(content, key, { mode: 'gcm', iv, associatedData: new TextEncoder().encode(place), tag })
}

function isWaiting(entry: unknown): entry is Waiting {
  const candidate = entry as Partial<Waiting> | null
  return typeof candidate?.path === 'string' && typeof candidate.base === 'number' && typeof candidate.key === 'string'
}

function deviceStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}
