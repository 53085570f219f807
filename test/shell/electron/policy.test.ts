import type Electron from 'electron'
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pageServer } from '../../../main/shell/electron/files.ts'
import { guardApp, guardContents, guardSession } from '../../../main/shell/electron/guard.ts'
import { forbiddenSwitch, linkedMessage, pdfOrigin, pdfScheme, windowHeaders, windowOptions, windowOrigin, windowScheme } from '../../../main/shell/electron/policy.ts'
import { reminderTeller, type ShownNotification } from '../../../main/shell/electron/reminders.ts'
import { ShellClient } from '../../../main/shell/electron/shell-client.ts'
import { translator } from '../../../resources/locales/index.ts'

/** An event that remembers whether it was stopped. */
const event = (extra: object = {}): { stopped: boolean; preventDefault: () => void } => {
  const one = { ...extra, stopped: false, preventDefault: () => { one.stopped = true } }
  return one
}

/** Listeners by name, as Electron's emitters hold them. */
class Emitter {
  readonly listeners = new Map<string, (...args: never[]) => void>()
  on = (name: string, listener: (...args: never[]) => void): this => {
    this.listeners.set(name, listener)
    return this
  }
  fire(name: string, ...args: readonly unknown[]): void {
    const listener = this.listeners.get(name) as ((...args: readonly unknown[]) => void) | undefined
    if (listener === undefined) throw new Error(`Nobody listens to ${name}`)
    listener(...args)
  }
}

describe('the window of the Electron shell', () => {
  it('has exactly these rights', () => {
    const { webPreferences, show } = windowOptions('/out/preload/index.cjs', true) satisfies Electron.BrowserWindowConstructorOptions
    expect(show).toBe(false)
    expect(webPreferences).toEqual({
      preload: '/out/preload/index.cjs', sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
      webSecurity: true, allowRunningInsecureContent: false, webviewTag: false, spellcheck: false, navigateOnDragDrop: false, devTools: false, partition: 'meldingsboks', safeDialogs: true, enableWebSQL: false,
    })
    expect(windowOptions('/x', false).webPreferences?.devTools).toBe(true)
  })

  it('goes nowhere and opens nothing', () => {
    const emitter = new Emitter()
    let opener: ((details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse) | null = null
    const contents = { on: emitter.on, setWindowOpenHandler: (handler: typeof opener) => { opener = handler } } as unknown as Pick<Electron.WebContents, 'on' | 'setWindowOpenHandler'>
    guardContents(contents)
    for (const name of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
      const one = event()
      emitter.fire(name, one)
      expect([name, one.stopped]).toEqual([name, true])
    }
    const frames = [['about:srcdoc', false], [`${pdfOrigin}/`, false], ['https://ond.no/', true], ['about:blank', true], [`${windowOrigin}/`, true], ['javascript:1', true], ['data:text/html,x', true]] as const
    for (const [url, stopped] of frames) {
      const one = event({ url })
      emitter.fire('will-frame-navigate', one)
      expect([url, one.stopped]).toEqual([url, stopped])
    }
    expect((opener as ((details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse) | null)?.({ url: 'https://ond.no' } as Electron.HandlerDetails)).toEqual({ action: 'deny' })
  })

  it('is refused every permission, device, screen and download, and every address but ours', () => {
    const emitter = new Emitter()
    const held: { request?: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void; check?: () => boolean; device?: () => boolean; display?: (request: unknown, answer: (streams: object) => void) => void; before?: (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void; spell?: boolean } = {}
    guardSession({
      setPermissionRequestHandler: (handler: never) => { held.request = handler },
      setPermissionCheckHandler: (handler: never) => { held.check = handler },
      setDevicePermissionHandler: (handler: never) => { held.device = handler },
      setDisplayMediaRequestHandler: (handler: never) => { held.display = handler },
      setSpellCheckerEnabled: (enabled: boolean) => { held.spell = enabled },
      on: emitter.on,
      webRequest: { onBeforeRequest: (handler: never) => { held.before = handler } },
    } as unknown as Electron.Session)
    for (const permission of ['notifications', 'media', 'geolocation', 'clipboard-read', 'openExternal', 'fullscreen', 'hid', 'usb']) {
      let granted: boolean | null = null
      held.request?.(null, permission, (answer) => { granted = answer })
      expect([permission, granted]).toEqual([permission, false])
    }
    expect([held.check?.(), held.device?.(), held.spell]).toEqual([false, false, false])
    let streams: object | null = null
    held.display?.({}, (answer) => { streams = answer })
    expect(streams).toEqual({})
    const download = event()
    emitter.fire('will-download', download)
    expect(download.stopped).toBe(true)
    const asked = (url: string): boolean | undefined => {
      let cancel: boolean | undefined
      held.before?.({ url }, (answer) => { cancel = answer.cancel })
      return cancel
    }
    expect([`${windowOrigin}/`, `${pdfOrigin}/x.js`, 'blob:x', 'data:image/png;base64,x'].map(asked)).toEqual([false, false, false, false])
    expect(['https://ond.no/', 'http://127.0.0.1/', 'file:///etc/passwd', `${windowScheme}://window.ond.no/`, 'ws://x/'].map(asked)).toEqual([true, true, true, true, true])
  })

  it('accepts no certificate that does not hold', () => {
    const emitter = new Emitter()
    guardApp({ on: emitter.on } as unknown as Pick<Electron.App, 'on'>)
    const one = event()
    let accepted: boolean | null = null
    emitter.fire('certificate-error', one, null, 'https://a.no', 'error', null, (answer: boolean) => { accepted = answer })
    expect([one.stopped, accepted]).toEqual([true, false])
    const other = event()
    emitter.fire('select-client-certificate', other)
    expect(other.stopped).toBe(true)
  })
})

describe('what others hand to the program', () => {
  it.each(['--remote-debugging-port=9222', '--inspect', '--inspect-brk=1', '--js-flags=--expose-gc', '--disable-web-security', '--host-rules=x', '--load-extension=/x'])('packed, it does not start with %s', (arg) => {
    expect(forbiddenSwitch(['app', arg], true)).not.toBeNull()
    expect(forbiddenSwitch(['app', arg], false)).toBeNull()
    expect(forbiddenSwitch(['app', '--profile=demo', '--inspector'], true)).toBeNull()
  })

  it('a link selects a message by its GUID and does nothing else', () => {
    const id = '0192f3a4-1111-7222-8333-444455556666'
    expect(linkedMessage(['app', '--', `meldingsboks://message/${id.toUpperCase()}`])).toBe(id)
    expect(linkedMessage(['app', `meldingsboks://message/${id}`])).toBe(id)
    for (const bad of [`meldingsboks://confirm/${id}`, `meldingsboks://message/${id}?confirm=1`, `meldingsboks://message/${id}/x`, 'meldingsboks://message/1', `https://message/${id}`, `meldingsboks://message/${id} --inspect`]) expect(linkedMessage(['app', '--', bad])).toBeNull()
    expect([windowScheme, pdfScheme]).not.toContain('meldingsboks')
  })
})

describe('the pages', () => {
  it('come from a list, with the policy of their origin', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-pages-'))
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'assets', 'a.js'), '1')
    const serve = pageServer(folder, folder)
    const page = serve({ url: `${windowOrigin}/`, method: 'GET' })
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([200, 'text/html; charset=utf-8', '<!doctype html>'])
    expect(page.headers.get('content-security-policy')).toBe(windowHeaders['content-security-policy'])
    expect(serve({ url: `${pdfOrigin}/`, method: 'GET' }).headers.get('content-security-policy')).toContain(`frame-ancestors ${windowOrigin}`)
    for (const url of [`${windowOrigin}/../x`, `${windowOrigin}/assets/%2e%2e/x`, `${windowScheme}://other/`, 'file:///etc/passwd', `${windowOrigin}/assets/b.js`]) expect(serve({ url, method: 'GET' }).status).toBe(404)
    expect(serve({ url: `${windowOrigin}/`, method: 'POST' }).status).toBe(404)
  })
})

describe('notifications', () => {
  const reminder = { what: 'overdue' as const, count: 2, overdueCount: 0, recipients: ['Nordlys Bakeri AS'], messageId: 7, keys: ['a', 'b'] }

  it('are shown once, remembered, and open the message', async () => {
    const calls: string[] = []
    const bodies: string[] = []
    const opened: (number | null)[] = []
    let due = [reminder]
    const tell = reminderTeller({ profile: () => 'demo',
      call: (name) => {
        calls.push(name)
        if (name === 'reminders.due') return Promise.resolve({ ok: true, value: { reminders: due } })
        due = []
        return Promise.resolve({ ok: true, value: {} })
      },
      notification: ({ body }): ShownNotification => {
        bodies.push(body)
        const listeners = new Map<string, () => void>()
        return { on: (name, listener) => listeners.set(name, listener), show: () => { listeners.get('show')?.(); listeners.get('click')?.() } }
      },
      t: translator('nb'),
      opened: (id) => opened.push(id),
    })
    await Promise.all([tell(), tell()])
    expect(bodies).toEqual(['Fristen har gått ut for 2 meldinger til Nordlys Bakeri AS'])
    expect(calls).toEqual(['reminders.due', 'reminders.shown', 'reminders.due'])
    expect(opened).toEqual([7])
  })

  it('that could not be shown are not remembered', async () => {
    const calls: string[] = []
    const tell = reminderTeller({ profile: () => 'demo',
      call: (name) => { calls.push(name); return Promise.resolve({ ok: true, value: { reminders: [reminder] } }) },
      notification: (): ShownNotification => { const listeners = new Map<string, () => void>(); return { on: (name, listener) => listeners.set(name, listener), show: () => { listeners.get('failed')?.() } } },
      t: translator('nb'),
      opened: () => undefined,
    })
    await tell()
    expect(calls).toEqual(['reminders.due'])
  })
})

describe('the shell as a client of the engine', () => {
  it('gets its answers and events, and is told when the engine is gone', async () => {
    const sent: { id: number; name: string }[] = []
    const client = new ShellClient((frame) => sent.push(frame as { id: number; name: string }))
    let events = 0
    client.on('reminders.changed', () => { events += 1 })
    const first = client.call('sync.state', {})
    client.take({ kind: 'event', name: 'reminders.changed', event: { count: 1 } })
    client.take({ kind: 'something else' })
    client.take({ kind: 'answer', id: sent[0]?.id, result: { ok: true, value: 1 } })
    expect(await first).toEqual({ ok: true, value: 1 })
    expect(events).toBe(1)
    const second = client.call('sync.state', {})
    client.drop()
    expect((await second).ok).toBe(false)
  })
})
