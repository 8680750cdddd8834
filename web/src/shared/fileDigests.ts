/** SM3 and SHA-256 of a file of any size, worked out beside the page; the file never leaves the device. */

export interface FileDigests {
  sm3: string
  sha256: string
}

/** The file cannot be read any more: it was moved, changed or taken away meanwhile. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable'
}

type Algorithm = 'sm3' | 'sha256'

/** Both digests at once, on two processors where there are two. `progress`: bytes that both have read. Rejects with
 * FileUnreadable, and with an AbortError once `signal` says so. */
export async function digestsOfFile(file: Blob, progress?: (done: number) => void, signal?: AbortSignal): Promise<FileDigests> {
  const done = { sm3: 0, sha256: 0 }
  const told = (algorithm: Algorithm) => (bytes: number) => {
    done[algorithm] = bytes
    progress?.(Math.min(done.sm3, done.sha256))
  }
  const [sm3, sha256] = await Promise.all([
    oneDigest(file, 'sm3', told('sm3'), signal),
    oneDigest(file, 'sha256', told('sha256'), signal),
  ])
  return { sm3, sha256 }
}

/** SM3 alone, as 64 lower-case hexadecimal digits. */
export function sm3OfFile(file: Blob): Promise<string> {
  return oneDigest(file, 'sm3')
}

function oneDigest(file: Blob, algorithm: Algorithm, progress?: (done: number) => void, signal?: AbortSignal): Promise<string> {
  const worker = new Worker(new URL('./fileDigest.worker.ts', import.meta.url), { type: 'module' })
  return new Promise<string>((resolve, reject) => {
    const stop = (): void => reject(new DOMException('aborted', 'AbortError'))
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    worker.onmessage = (event: MessageEvent<{ done?: number; digest?: string; error?: string }>) => {
      if (event.data.digest) resolve(event.data.digest)
      else if (event.data.error) reject(new FileUnreadable(event.data.error))
      else progress?.(event.data.done ?? 0)
    }
    worker.onerror = () => reject(new FileUnreadable('worker'))
    worker.postMessage({ file, algorithm })
  }).finally(() => worker.terminate())
}
