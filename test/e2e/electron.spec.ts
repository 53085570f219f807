import { _electron, expect, test } from '@playwright/test'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const modules = join(root, 'node_modules')

/** Electron's program where it is there; never asked by starting it, because that begins a download. */
function electronProgram(): string | null {
  const name = join(modules, 'electron', 'path.txt')
  const path = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(modules, 'electron', 'dist'), existsSync(name) ? readFileSync(name, 'utf8').trim() : 'electron')
  return existsSync(path) ? path : null
}

test('the Electron window opens with the demo, asks before anything is fetched, and has no Node in it', async () => {
  const executablePath = electronProgram()
  test.skip(executablePath === null, 'the Electron binary is not on this machine')
  const data = mkdtempSync(join(tmpdir(), 'meldingsboks-electron-'))
  const app = await _electron.launch({ executablePath: executablePath ?? '', args: [join(root, 'out/main/electron.js'), '--data', data] })
  try {
    const page = await app.firstWindow()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect(await page.evaluate(() => ['require', 'process', 'module', 'ipcRenderer'].filter((name) => name in globalThis))).toEqual([])
    expect(new URL(page.url()).protocol).toBe('meldingsboks-app:')
  } finally {
    await app.close()
    rmSync(data, { recursive: true, force: true })
  }
})
