/** Opens PDFs with pdf.js, loaded only when the first paper is shown. Legacy build: older phones and web views. */
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'
import type * as library from 'pdfjs-dist'

export async function pdfjs(): Promise<typeof library> {
  const loaded = await import('pdfjs-dist/legacy/build/pdf.mjs')
  loaded.GlobalWorkerOptions.workerSrc = workerUrl
  return loaded
}

/** Pages are fetched in pieces as they are looked at; Chinese character maps and fonts come from our own server. */
export async function openPdf(url: string): Promise<library.PDFDocumentLoadingTask> {
  const { getDocument } = await pdfjs()
  return getDocument({
    url,
    cMapUrl: '/pdf/cmaps/',
    cMapPacked: true,
    standardFontDataUrl: '/pdf/standard_fonts/',
    wasmUrl: '/pdf/wasm/',
    // The content security policy allows neither eval nor WebAssembly.
    isEvalSupported: false,
    useWasm: false,
  })
}
