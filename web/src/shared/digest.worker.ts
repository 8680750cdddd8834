import { sm3 } from './digest'

addEventListener('message', (event: MessageEvent<Blob>) => {
  event.data.arrayBuffer().then(
    (content) => postMessage({ digest: sm3(new Uint8Array(content)) }),
    (failure: unknown) => postMessage({ error: String(failure) }),
  )
})
