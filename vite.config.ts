import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { entries } from './main/entries.ts'
import { contractDefine } from './vite.shared.ts'

/** The build of everything that runs in Node: one file an entry, packages stay outside. */
export default defineConfig({
  publicDir: false,
  // But for this one: its parts that are needed are a tenth of the package, which would be packed whole.
  ssr: { noExternal: ['pdfjs-dist'] },
  define: contractDefine,
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/main',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, resolve(import.meta.dirname, path)])),
      // Shared parts lie beside the entries, because threads are found relative to the file that starts them.
      output: { entryFileNames: '[name].js', chunkFileNames: 'part-[name]-[hash].js' },
    },
  },
})
