/** Resumable uploads (tus 1.0) to `/api/v1/uploads`: pause, resume, go on after the page or the device was closed. */
import { reactive } from 'vue'
import { requestHeaders } from '@/shared/api'

export const uploadEndpoint = '/api/v1/uploads'
export const largestFile = 2 * 1024 ** 3

export interface UploadItem {
  key: number
  name: string
  size: number
  type: string
  state: 'waiting' | 'sending' | 'resuming' | 'paused' | 'offline' | 'failed' | 'refused' | 'done'
  sent: number
  /** Seconds left at the recent pace; null while unknown. */
  leftS: number | null
  /** Id of the upload at the server, once it has one. */
  id: string | null
  /** What the server said when it refused. */
  refusal: { zh: string; en: string } | null
}

interface Running {
  abort(andDelete?: boolean): Promise<void>
  start(): void
}

/** Megabytes in one request: a lost connection repeats at most one piece. */
const pieceBytes = 8 * 1024 ** 2
const sideBySide = 2

export interface Uploads {
  items: UploadItem[]
  add(files: Iterable<File>): void
  pause(item: UploadItem): void
  resume(item: UploadItem): void
  remove(item: UploadItem): void
  stop(): void
}

export function useUploads(
  metadata: () => Record<string, string>,
  done: (item: UploadItem) => void,
): Uploads {
  const items = reactive<UploadItem[]>([])
  const files = new Map<number, File>()
  const running = new Map<number, Running>()
  let counter = 0

  function add(chosen: Iterable<File>): void {
    for (const file of chosen) {
      const key = ++counter
      files.set(key, file)
      items.push({
        key, name: file.name, size: file.size, type: file.type, sent: 0, leftS: null, id: null, refusal: null,
        state: file.size > largestFile ? 'refused' : 'waiting',
      })
    }
    next()
  }

  function next(): void {
    const active = items.filter((item) => item.state === 'sending' || item.state === 'resuming').length
    items.filter((item) => item.state === 'waiting').slice(0, Math.max(0, sideBySide - active)).forEach((item) => void start(item))
  }

  async function start(item: UploadItem): Promise<void> {
    const file = files.get(item.key)
    if (!file) return
    item.state = 'sending'
    const { DetailedError, Upload } = await import('tus-js-client')
    const pace: { at: number; sent: number }[] = []
    const upload = new Upload(file, {
      endpoint: uploadEndpoint,
      chunkSize: pieceBytes,
      retryDelays: [500, 1500, 4000, 8000, 15000, 30000],
      metadata: { filename: file.name, filetype: file.type, ...metadata() },
      removeFingerprintOnSuccess: true,
      onBeforeRequest(request) {
        for (const [name, value] of Object.entries(requestHeaders())) request.setHeader(name, value)
      },
      onShouldRetry(error) {
        const status = error.originalResponse?.getStatus() ?? 0
        if (!navigator.onLine) item.state = 'offline'
        return status === 0 || status === 409 || status === 423 || status === 429 || status === 460 || status >= 500
      },
      onProgress(sent) {
        item.state = 'sending'
        item.sent = sent
        pace.push({ at: performance.now(), sent })
        while (pace.length > 2 && pace[0]!.at < performance.now() - 15_000) pace.shift()
        const first = pace[0]!
        const speed = (sent - first.sent) / Math.max(1, performance.now() - first.at)
        item.leftS = speed > 0 ? (file.size - sent) / speed / 1000 : null
      },
      onSuccess() {
        item.id = upload.url?.split('/').filter(Boolean).at(-1) ?? null
        item.sent = file.size
        item.state = 'done'
        running.delete(item.key)
        files.delete(item.key)
        done(item)
        next()
      },
      onError(error) {
        const response = error instanceof DetailedError ? error.originalResponse : null
        const status = response?.getStatus() ?? 0
        item.refusal = status >= 400 && status < 500 ? refusalIn(response?.getBody()) : null
        item.state = item.refusal ? 'refused' : 'failed'
        next()
      },
    })
    running.set(item.key, upload)
    const [earlier] = await upload.findPreviousUploads()
    if (earlier) {
      item.state = 'resuming'
      upload.resumeFromPreviousUpload(earlier)
    }
    if (running.get(item.key) === upload) upload.start()
  }

  function pause(item: UploadItem): void {
    void running.get(item.key)?.abort()
    item.state = 'paused'
    item.leftS = null
    next()
  }

  function resume(item: UploadItem): void {
    item.refusal = null
    const upload = running.get(item.key)
    if (!upload) {
      item.state = 'waiting'
      next()
      return
    }
    item.state = 'resuming'
    // A waiting retry is called off first, so that a piece is never sent twice at once.
    void upload.abort().then(() => {
      if (item.state === 'resuming') upload.start()
    })
  }

  function remove(item: UploadItem): void {
    const unfinished = item.state !== 'done'
    void running.get(item.key)?.abort(unfinished)?.catch(() => undefined)
    running.delete(item.key)
    files.delete(item.key)
    const index = items.findIndex((entry) => entry.key === item.key)
    if (index >= 0) items.splice(index, 1)
    next()
  }

  function online(): void {
    items.filter((item) => item.state === 'offline' || item.state === 'failed').forEach(resume)
  }
  addEventListener('online', online)

  function stop(): void {
    removeEventListener('online', online)
    running.forEach((upload) => void upload.abort())
  }

  return { items, add, pause, resume, remove, stop }
}

/** The sentence of a problem+json body, when there is one. */
export function refusalIn(body: string | undefined): { zh: string; en: string } | null {
  try {
    const problem = JSON.parse(body ?? '') as { messages?: { title?: { zh: string; en: string }; detail?: { zh: string; en: string } | null } }
    const { title, detail } = problem.messages ?? {}
    if (!title) return null
    return detail ? { zh: `${title.zh}。${detail.zh}`, en: `${title.en}. ${detail.en}` } : title
  } catch {
    return null
  }
}
