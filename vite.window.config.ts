import react from '@vitejs/plugin-react'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { contractDefine } from './vite.shared.ts'

/** The window's page: everything it needs is in `out/renderer`, nothing comes from the network. */
export default defineConfig({
  root: resolve(import.meta.dirname, 'renderer'),
  base: './',
  publicDir: false,
  plugins: [react()],
  define: contractDefine,
  build: { target: 'chrome140', outDir: resolve(import.meta.dirname, 'out/renderer'), emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 2000, modulePreload: { polyfill: false } },
})
