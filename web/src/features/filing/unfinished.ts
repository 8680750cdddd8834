/** Uploads of a filing that were begun on this device and not finished: tus-js-client remembers them in localStorage. */
export function unfinishedUploads(filing: string): string[] {
  const names: string[] = []
  try {
    for (let index = 0; index < localStorage.length; index++) {
      const key = localStorage.key(index)
      if (!key?.startsWith('tus::')) continue
      const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as { metadata?: { filing?: string; filename?: string } }
      if (kept.metadata?.filing === filing && kept.metadata.filename) names.push(kept.metadata.filename)
    }
  } catch {
    return names // Storage may be refused; then nothing can be resumed after closing the page either.
  }
  return names
}
