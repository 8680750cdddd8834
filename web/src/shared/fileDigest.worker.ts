/** One digest of one file, read piece by piece; tells how far it is. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { StreamingSm3 } from './streamingSm3'

const pieceBytes = 4 * 1024 ** 2

async function digest(file: Blob, algorithm: 'sm3' | 'sha256'): Promise<string> {
  const hash = algorithm === 'sm3' ? new StreamingSm3() : sha256.create()
  for (let at = 0; at < file.size; at += pieceBytes) {
    const piece = new Uint8Array(await file.slice(at, at + pieceBytes).arrayBuffer())
    hash.update(piece)
    postMessage({ done: at + piece.length })
  }
  return bytesToHex(hash.digest())
}

addEventListener('message', (event: MessageEvent<{ file: Blob; algorithm: 'sm3' | 'sha256' }>) => {
  digest(event.data.file, event.data.algorithm).then(
    (value) => postMessage({ digest: value }),
    (failure: unknown) => postMessage({ error: failure instanceof Error ? failure.name : String(failure) }),
  )
})
