import { resolve } from 'node:path'
import { defineConfig } from 'vite'

/** The preload script: a sandboxed one must be CommonJS and one file. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: resolve(import.meta.dirname, 'out/preload'),
    emptyOutDir: true,
    minify: false,
    target: 'chrome140',
    lib: { entry: resolve(import.meta.dirname, 'preload/index.ts'), formats: ['cjs'], fileName: () => 'index.cjs' },
    rolldownOptions: { external: ['electron'] },
  },
})
