/**
 * Answers on their way to the server. They are kept on this device, per filing, until the server has confirmed them:
 * localStorage, because it is written at once, also while the page is being closed.
 */
export interface Waiting {
  path: string
  value: unknown
  /** The revision of this answer that the person saw when typing. */
  base: number
  /** Idempotency key of this value; another value takes another key. */
  key: string
}

export interface Outbox {
  all(): Waiting[]
  /** Puts an answer in; a later answer at the same path takes the earlier one's place and its base. */
  put(entry: Waiting): void
  /** Takes an answer out, unless it was replaced since. */
  settle(path: string, key: string): void
  drop(path: string): void
  /** Gives an answer a new base, after the person chose it over the other device's. */
  rebase(path: string, base: number, key: string): void
}

export function outbox(filing: string, person: string, storage: Storage | null = deviceStorage()): Outbox {
  const place = `tianping.outbox.${person}.${filing}`
  let held: Waiting[] = read()

  function read(): Waiting[] {
    try {
      const kept: unknown = JSON.parse(storage?.getItem(place) ?? '[]')
      return Array.isArray(kept) ? kept.filter(isWaiting) : []
    } catch {
      return []
    }
  }

  function write(): void {
    try {
      if (held.length) storage?.setItem(place, JSON.stringify(held))
      else storage?.removeItem(place)
    } catch {
      return // Without room on the device the answers are kept as long as the page is open.
    }
  }

  return {
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
