import { fork, spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { languageOf, languages, translator } from '../../../resources/locales/index.ts'
import { frameToEngine } from '../../../preload/contract/frames.ts'
import { defaultDataFolder, knownProfiles, lastProfile } from '../../profiles.ts'
import { type EngineChild, EngineHost } from '../engine-host.ts'
import { lastOpened } from '../last-opened.ts'
import { patienceOf } from '../watchdog.ts'
import { openCopy } from '../open-copy.ts'
import { downloadsFolderTarget, downloadsTarget, openOutside } from '../outside.ts'
import { findBrowser } from './find-browser.ts'
import { launchBrowser, prepareProfile } from './launch.ts'
import { printPdf } from './print-pdf.ts'
import { makeRunFolder, runParent, writeStartFile } from './run-folder.ts'
import { startWindowServer, type WindowServer } from './server.ts'
import { staticFiles } from './static-files.ts'

process.umask(0o077)
const { values } = parseArgs({
  options: {
    data: { type: 'string' }, profile: { type: 'string' }, 'passphrase-file': { type: 'string' },
    'no-open': { type: 'boolean', default: false }, language: { type: 'string' },
    // Seconds that the engine may say nothing before it is started anew.
    patience: { type: 'string' },
  },
})
const language = languages.find((one) => one === values.language) ?? languageOf(process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'])
const t = translator(language)
const data = resolve(values.data ?? defaultDataFolder())
const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const say = (text: string): void => { process.stdout.write(`${text}\n`) }

const first = values.profile ?? lastProfile(data)
/** The engine as a child process with a channel of its own. */
function startEngine(profile: string, awaitsSecret: boolean): EngineChild {
  // The file opens the profile that this program was started with, and no other.
  const passphraseFile = profile === first ? values['passphrase-file'] : undefined
  const args = ['--data', data, '--profile', profile, '--closing', 'stops', ...(passphraseFile === undefined ? [] : ['--passphrase-file', passphraseFile]), ...(awaitsSecret ? ['--awaits-secret'] : [])]
  const child = fork(beside('./engine.js'), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' })
  return {
    post: (message) => {
      if (child.connected) child.send(message)
    },
    onMessage: (listener) => { child.on('message', listener) },
    onExit: (listener) => { child.on('exit', listener) },
    kill: () => { child.kill('SIGKILL') },
  }
}

const folder = makeRunFolder(runParent(join(data, 'run')))
const remember = lastOpened(data, (error) => { process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n`) })
const host = new EngineHost({
  start: startEngine,
  profile: first,
  profiles: () => knownProfiles(data),
  frame: (port, frame) => { server.post(port, frame) },
  state: (state) => {
    remember(state)
    server.broadcast(state)
  },
  openOutside,
  saveTarget: (name) => downloadsTarget(name),
  folderTarget: (name) => downloadsFolderTarget(name),
  openCopy: (path) => openCopy(path),
  printPdf: async (html) => {
    const printer = findBrowser()
    return printer === null ? null : await printPdf(printer, folder, html)
  },
  ...(values.patience === undefined ? {} : { patience: patienceOf(Math.max(1, Number.parseInt(values.patience, 10)) * 1000) }),
})
let startFile = ''
const server: WindowServer = await startWindowServer({
  pages: () => ({ window: staticFiles(beside('../renderer')), pdf: staticFiles(beside('../renderer-pdf')) }),
  secret: (address, secret) => { startFile = writeStartFile(folder, address, secret) },
  opened: (port) => {
    server.post(port, host.state)
    host.open(port)
  },
  closed: (port) => { host.close(port) },
  frame: (port, frame) => {
    const parsed = frameToEngine.safeParse(frame)
    if (parsed.success && parsed.data.kind === 'restart') host.restart()
    else if (parsed.success && parsed.data.kind === 'unlock') host.unlock(parsed.data.by, parsed.data.secret)
    else if (parsed.success && parsed.data.kind === 'profile') host.change(parsed.data.name, parsed.data.passphrase ?? null)
    else host.post(port, frame)
  },
})
// A secret is good for a minute; the file always holds one that is.
const renewing = setInterval(() => { server.renew() }, 30_000)

let ending = false
async function end(): Promise<void> {
  if (ending) return
  ending = true
  clearInterval(renewing)
  await host.end()
  await server.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
process.on('exit', () => { rmSync(folder, { recursive: true, force: true }) })

host.start()

/** On Debian as root a browser is installed where none is; said before it is done. */
function installBrowser(): string | null {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return null
  say(t('shell.installing-browser'))
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore', timeout: 300_000 })
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { stdio: 'ignore', timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  return findBrowser()
}

const hasDisplay = process.platform !== 'linux' || (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') !== ''
const browser = hasDisplay && !values['no-open'] ? (findBrowser() ?? installBrowser()) : null
if (browser === null) {
  say(t(hasDisplay && !values['no-open'] ? 'shell.no-browser' : values['no-open'] ? 'shell.no-open' : 'shell.no-display'))
  say(t('shell.start-file', { file: startFile }))
  say(t('shell.without-window'))
} else {
  const profileFolder = join(folder, 'browser')
  prepareProfile(profileFolder, server.address)
  const child = launchBrowser(browser, startFile, profileFolder)
  child.on('error', (error) => {
    say(t('shell.browser-failed', { detail: error.message }))
    say(t('shell.start-file', { file: startFile }))
  })
  child.on('exit', () => {
    if (ending) return
    say(t('shell.window-closed'))
    void end()
  })
}
