/** What must happen before a person leaves this browser: pages with something unsaved take part while they are open. */
type Settle = () => Promise<unknown>

const pages = new Set<Settle>()

/** `settle` sends what a page still holds; call the answer when the page goes. */
export function beforeSignOut(settle: Settle): () => void {
  pages.add(settle)
  return () => pages.delete(settle)
}

export async function settlePages(): Promise<void> {
  await Promise.allSettled([...pages].map((settle) => settle()))
}
