import { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, nativeImage, Notification, type OpenDialogOptions, powerMonitor, protocol, session, shell, Tray, utilityProcess } from 'electron'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { frameToEngine } from '../../../preload/contract/frames.ts'
import { languageOf, translator } from '../../../resources/locales/index.ts'
import { defaultDataFolder, knownProfiles, lastProfile } from '../../profiles.ts'
import { EngineHost } from '../engine-host.ts'
import { lastOpened } from '../last-opened.ts'
import { copyOpener } from './copies.ts'
import { utilityChild } from './engine-child.ts'
import { isolatedChild } from './isolated-child.ts'
import { pageServer } from './files.ts'
import { guardApp, guardContents, guardSession } from './guard.ts'
import { forbiddenSwitch, linkedMessage, pdfScheme, printScheme, windowOptions, windowOrigin, windowScheme } from './policy.ts'
import { printPdf } from './print-pdf.ts'
import { reminderTeller } from './reminders.ts'
import { ShellClient } from './shell-client.ts'
import { tellWakes } from './wakes.ts'

/** Exit code for "no window": the starter then opens the browser shell. */
const noWindow = 86
const readyMs = 20_000
/** The shell's own connection; windows count from 1. */
const shellPort = 0

const refused = forbiddenSwitch(process.argv, app.isPackaged)
if (refused !== null || !app.requestSingleInstanceLock()) app.exit(refused === null ? 0 : 64)
app.enableSandbox()
app.setAppUserModelId('no.meldingsboks.app')
protocol.registerSchemesAsPrivileged([windowScheme, pdfScheme, printScheme].map((scheme) => ({ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } })))
guardApp(app)

const { values } = parseArgs({ args: process.argv.slice(app.isPackaged ? 1 : 2), strict: false, options: { data: { type: 'string' }, profile: { type: 'string' }, 'passphrase-file': { type: 'string' } } })
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const data = resolve(text(values['data']) ?? defaultDataFolder())
const first = text(values['profile']) ?? lastProfile(data)
const passphraseFile = text(values['passphrase-file'])
const t = translator(languageOf(app.getLocale()))
const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const icon = nativeImage.createFromPath(beside('../../resources/icons/icon.png'))

let window: BrowserWindow | null = null
let tray: Tray | null = null
let nextPort = 1
let windowPort: number | null = null
let quitting = false
let toldBackground = false

/** As setup.mjs starts the engine elsewhere; in Chromium's words. */
const sparingly = ['--js-flags=--max-semi-space-size=1 --max-lazy']

const client = new ShellClient((frame) => { host.post(shellPort, frame) })
const remember = lastOpened(data, (error) => { process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n`) })
const host = new EngineHost({
  profile: first,
  profiles: () => knownProfiles(data),
  start: (profile, awaitsSecret) =>
    utilityChild(
      utilityProcess.fork(beside('./engine.js'), ['--data', data, '--profile', profile, '--closing', 'goes-on', ...(passphraseFile === null || profile !== first ? [] : ['--passphrase-file', passphraseFile]), ...(awaitsSecret ? ['--awaits-secret'] : [])], { serviceName: 'Meldingsboks', stdio: 'inherit', execArgv: sparingly }),
    ),
  frame: (port, frame) => {
    if (port === shellPort) client.take(frame)
  },
  state: (state) => {
    remember(state)
    window?.webContents.send('engine', state)
    if (state.state === 'ready') {
      host.open(shellPort)
      if (window !== null) handPort(window)
    } else client.drop()
  },
  openOutside: async (address) => {
    try {
      await shell.openExternal(address)
      return true
    } catch (error) {
      if (error instanceof Error) return false
      throw error
    }
  },
  isolate: isolatedChild({
    // Its output goes nowhere: libraries write fragments of what they read there (xml-forms.md 10.4).
    fork: (file, memoryMb) => utilityProcess.fork(file, [], { serviceName: 'Meldingsboks', stdio: 'ignore', env: {}, execArgv: [`--js-flags=--max-old-space-size=${String(memoryMb)}`] }),
    channel: () => new MessageChannelMain(),
    fileOf: (entry) => beside(`./${entry}.js`),
  }),
  saveTarget: async (name) => {
    const options = { defaultPath: join(app.getPath('downloads'), name) }
    const { canceled, filePath } = window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options)
    return canceled || filePath === '' ? null : { path: filePath }
  },
  folderTarget: async () => {
    const options: OpenDialogOptions = { defaultPath: app.getPath('downloads'), properties: ['openDirectory', 'createDirectory', 'dontAddToRecent'] }
    const { canceled, filePaths: [path] } = window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
    return canceled || path === undefined ? null : { path }
  },
  openCopy: copyOpener(shell),
  resolveProxy: (url) => session.fromPartition('meldingsboks').resolveProxy(url),
  printPdf: (html) => printPdf({ session: (partition) => session.fromPartition(partition), window: (options) => new BrowserWindow(options) }, html),
})

/** One end of a fresh channel to the window, the other to the engine: each is handed once. */
function handPort(target: BrowserWindow): void {
  const { port1, port2 } = new MessageChannelMain()
  if (windowPort !== null) host.close(windowPort)
  windowPort = nextPort
  nextPort += 1
  target.webContents.postMessage('port', null, [port1])
  host.open(windowPort, port2)
}

function show(): void {
  if (window === null) void openWindow()
  else {
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }
}

const openMessage = (messageId: number | null): void => {
  show()
  if (messageId !== null) window?.webContents.send('open', messageId)
}

async function openLinked(argv: readonly string[]): Promise<void> {
  const id = linkedMessage(argv)
  if (id === null) return
  const found = await client.call('messages.find', { id })
  if (found.ok && typeof found.value === 'object' && found.value !== null && 'id' in found.value && typeof found.value.id === 'number') openMessage(found.value.id)
}

async function openWindow(): Promise<void> {
  const made = new BrowserWindow({ ...windowOptions(beside('../preload/index.cjs'), app.isPackaged), icon })
  window = made
  guardContents(made.webContents)
  made.removeMenu()
  const late = setTimeout(() => { app.exit(noWindow) }, readyMs)
  made.once('ready-to-show', () => {
    clearTimeout(late)
    made.show()
  })
  made.webContents.on('render-process-gone', () => { made.reload() })
  made.on('close', (event) => {
    if (quitting) return
    event.preventDefault()
    made.hide()
    void client.call('files.close-copies', {})
    if (toldBackground) return
    toldBackground = true
    new Notification({ title: 'Meldingsboks', body: t('desktop.background') }).show()
  })
  made.on('closed', () => { window = null })
  await made.loadURL(`${windowOrigin}/`)
}

ipcMain.on('ready', (event) => {
  // Only the top frame of our own page is answered, and only once a load.
  if (window === null || event.sender !== window.webContents || event.senderFrame !== window.webContents.mainFrame || event.senderFrame.origin !== windowOrigin) return
  window.webContents.send('engine', host.state)
  handPort(window)
})
ipcMain.on('frame', (event, frame: unknown) => {
  if (event.sender !== window?.webContents || event.senderFrame?.origin !== windowOrigin) return
  const parsed = frameToEngine.safeParse(frame)
  if (!parsed.success) return
  if (parsed.data.kind === 'restart') host.restart()
  else if (parsed.data.kind === 'unlock') host.unlock(parsed.data.by, parsed.data.secret)
  else if (parsed.data.kind === 'profile') host.change(parsed.data.name, parsed.data.passphrase ?? null)
})

app.on('second-instance', (_event, argv) => {
  show()
  void openLinked(argv)
})
app.on('open-url', (event, url) => {
  event.preventDefault()
  void openLinked(['--', url])
})
app.on('window-all-closed', () => undefined)
app.on('activate', show)
app.on('before-quit', (event) => {
  if (quitting) return
  quitting = true
  event.preventDefault()
  void host.end().finally(() => { app.quit() })
})

void app.whenReady().then(async () => {
  const serve = pageServer(beside('../renderer'), beside('../renderer-pdf'))
  const own = session.fromPartition('meldingsboks')
  guardSession(own)
  for (const scheme of [windowScheme, pdfScheme]) own.protocol.handle(scheme, serve)
  app.setAsDefaultProtocolClient('meldingsboks')
  host.start()
  const tell = reminderTeller({ call: (name, request) => client.call(name, request), profile: () => host.state.profile, notification: (options) => new Notification(options), t, opened: openMessage })
  client.on('reminders.changed', () => { void tell() })
  tellWakes(powerMonitor, (why) => { void client.call('sync.wake', { why }) })
  tray = new Tray(icon.resize({ width: 22, height: 22 }))
  tray.setToolTip('Meldingsboks')
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: t('desktop.open'), click: show },
      { label: t('do.get-messages'), click: () => { void getMessages() } },
      { type: 'separator' },
      { label: t('desktop.quit'), click: () => { app.quit() } },
    ]),
  )
  tray.on('click', show)
  await openWindow()
  await openLinked(process.argv)
})

async function getMessages(): Promise<void> {
  const state = await client.call('sync.state', {})
  if (!state.ok || typeof state.value !== 'object' || state.value === null || !('accounts' in state.value) || !Array.isArray(state.value.accounts)) return
  for (const account of state.value.accounts as readonly { readonly accountUuid: string }[]) await client.call('sync.run', { accountUuid: account.accountUuid })
}
