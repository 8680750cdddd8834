import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig, type Plugin } from 'vite'

const api = process.env.TIANPING_API ?? 'http://127.0.0.1:8000'

/** Serves what pdf.js reads beside its code: character maps and the standard fonts that PDFs may leave out. */
function pdfParts(): Plugin {
  const root = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
  const folders = ['cmaps', 'standard_fonts', 'wasm']
  return {
    name: 'pdf-parts',
    generateBundle() {
      for (const folder of folders) {
        for (const name of readdirSync(join(root, folder))) {
          this.emitFile({
            type: 'asset',
            fileName: `pdf/${folder}/${name}`,
            source: readFileSync(join(root, folder, name)),
          })
        }
      }
    },
    configureServer(server) {
      server.middlewares.use('/pdf/', (request, response, next) => {
        const [folder, name] = (request.url ?? '').replace(/^\//, '').split('?')[0]!.split('/')
        if (!folder || !name || !folders.includes(folder) || !readdirSync(join(root, folder)).includes(name)) {
          next()
          return
        }
        response.end(readFileSync(join(root, folder, name)))
      })
    },
  }
}

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  plugins: [
    vue(),
    Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    pdfParts(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        id: '/',
        name: '天平 · 互联网法院',
        short_name: '天平',
        description: '网上立案、缴费、查案',
        lang: 'zh-CN',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#F7F8FA',
        theme_color: '#1E5AA8',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
      },
      workbox: {
        // The app opens without a network; what it shows about a case always comes from the server.
        globPatterns: ['index.html', 'boot.js', 'icon.svg', 'assets/{index,app,vendor}-*.{js,css}'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/api\//, /^\/healthz/, /^\/readyz/, /^\/metrics/, /^\/schema/],
        runtimeCaching: [
          {
            urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'),
            handler: 'CacheFirst',
            options: { cacheName: 'assets', expiration: { maxEntries: 200 } },
          },
        ],
      },
    }),
  ],
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': { target: api, changeOrigin: false } } },
  preview: { host: '127.0.0.1', proxy: { '/api': { target: api, changeOrigin: false } } },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // Scripts, styles and pictures stay files: the content security policy allows no inline ones.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks(id) {
          if (/node_modules\/(@vue|vue|vue-router|pinia|vue-i18n|@intlify|openapi-fetch)\//.test(id)) return 'vendor'
          return undefined
        },
      },
    },
  },
})
