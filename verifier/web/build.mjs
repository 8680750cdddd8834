/** Builds the page: one HTML file with its style and script inside, and a policy that allows nothing else. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const here = new URL('.', import.meta.url)
const read = (path) => readFileSync(new URL(path, here), 'utf8')

const bundled = await build({
  entryPoints: [new URL('src/page.ts', here).pathname],
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
})
const licences = '/* With sm-crypto-v2 (MIT, june01, Cubelrti) and @noble/hashes, @noble/curves (MIT, Paul Miller). */\n'
const script = licences + bundled.outputFiles[0].text.trim().replaceAll('</script', '<\\/script')
const style = read('../../web/src/shared/tokens.css') + read('src/page.css')
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const policy = [
  "default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(style)}`, "base-uri 'none'", "form-action 'none'",
].join('; ')

const page = read('index.html')
  .replace('%POLICY%', () => policy)
  .replace('%STYLE%', () => style)
  .replace('%SCRIPT%', () => script)
mkdirSync(new URL('../dist/', here), { recursive: true })
writeFileSync(new URL('../dist/tianping-verify.html', here), page)
console.log(`verifier/dist/tianping-verify.html: ${page.length} characters`)
