import { cpSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const from = resolve(import.meta.dirname, 'node_modules/pdfjs-dist')
const to = resolve(import.meta.dirname, 'out/renderer-pdf')

/** Character maps, fonts and decoders that a PDF may need; the one that runs scripts of PDFs is left out (security.md 9). */
const pdfData: Plugin = {
  name: 'pdf-data',
  writeBundle: () => {
    for (const folder of ['cmaps', 'standard_fonts']) cpSync(join(from, folder), join(to, folder), { recursive: true })
    for (const name of readdirSync(join(from, 'wasm'))) if (!/quickjs/i.test(name) && /\.(wasm|js)$/.test(name)) cpSync(join(from, 'wasm', name), join(to, 'wasm', name))
  },
}

/** The page that draws PDFs, in an origin of its own. */
export default defineConfig({
  root: resolve(import.meta.dirname, 'renderer/pdf'),
  base: './',
  publicDir: false,
  plugins: [pdfData],
  build: { target: 'chrome140', outDir: to, emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 4000, modulePreload: { polyfill: false } },
})
