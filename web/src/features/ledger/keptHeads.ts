/** The checkpoint of each chain that this device saw last: who comes back learns by himself whether the chain only grew. */

export interface KeptHead {
  size: number
  root: string
  height: number
  /** When it was seen (UTC). */
  at: string
}

const place = (genesis: string) => `tianping.ledger.head.${genesis}`

export function keptHead(genesis: string): KeptHead | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place(genesis)) ?? 'null') as Partial<KeptHead> | null
    return kept && typeof kept.size === 'number' && typeof kept.root === 'string' && typeof kept.height === 'number' && typeof kept.at === 'string'
      ? (kept as KeptHead)
      : null
  } catch {
    return null
  }
}

export function keepHead(genesis: string, head: KeptHead): void {
  try {
    localStorage.setItem(place(genesis), JSON.stringify(head))
  } catch {
    // A device that keeps nothing only loses the comparison next time.
  }
}
