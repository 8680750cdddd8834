/** The deposit that a person has not sent yet, kept on this device alone: answers and, up to a size, the file itself. */

export interface DraftForm {
  way: 'file' | 'camera' | 'screen' | 'page'
  title: string
  category: string
  organisation: string
  claimed: string
  device: string
  custody: string
  witnesses: string
  note: string
  keep: 'yes' | 'no'
  url: string
}

export interface Draft {
  form: DraftForm
  /** The file, where it is small enough; what was photographed here exists nowhere else. */
  file: File | null
  fileName: string
  /** SM3 of the file chosen before, to notice another one. */
  digest: string
}

export const largestKept = 200 * 1024 ** 2
const name = 'tianping-evidence'
const table = 'drafts'

function run<T>(mode: IDBTransactionMode, work: (drafts: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(table)
    opening.onerror = () => reject(opening.error ?? new Error('indexedDB'))
    opening.onsuccess = () => {
      const database = opening.result
      const transaction = database.transaction(table, mode)
      const request = work(transaction.objectStore(table))
      transaction.oncomplete = () => {
        database.close()
        resolve(request.result)
      }
      transaction.onabort = transaction.onerror = () => {
        database.close()
        reject(transaction.error ?? new Error('indexedDB'))
      }
    }
  })
}

/** A device that keeps nothing (private window, full disk) only loses the convenience. */
export async function readDraft(person: string): Promise<Draft | null> {
  return run<Draft | undefined>('readonly', (drafts) => drafts.get(person) as IDBRequest<Draft | undefined>).then(
    (draft) => draft ?? null,
    () => null,
  )
}

export async function keepDraft(person: string, draft: Draft): Promise<void> {
  const kept = draft.file && draft.file.size > largestKept ? { ...draft, file: null } : draft
  await run('readwrite', (drafts) => drafts.put(kept, person)).catch(() => undefined)
}

export async function dropDraft(person: string): Promise<void> {
  await run('readwrite', (drafts) => drafts.delete(person)).catch(() => undefined)
}
