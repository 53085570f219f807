import { describe, expect, it } from 'vitest'
import { type PrintParts, printOptions, printPdf } from '../../../main/shell/electron/print-pdf.ts'

type Session = ReturnType<PrintParts['session']>

/** What Electron would be asked, remembered. */
function parts(load: (address: string) => Promise<void>) {
  const asked: string[] = []
  let [request, answer]: [((details: { url: string }, answer: (what: { cancel?: boolean }) => void) => void) | null, ((request: { url: string }) => Response) | null] = [null, null]
  const session = {
    protocol: { handle: (_scheme: string, handler: (request: { url: string }) => Response) => { answer = handler }, unhandle: () => { answer = null } },
    webRequest: { onBeforeRequest: (listener: NonNullable<typeof request>) => { request = listener } },
    setPermissionRequestHandler: () => undefined, setPermissionCheckHandler: () => undefined, on: () => undefined,
  } as unknown as Session
  const made: PrintParts = {
    session: (partition) => { asked.push(partition); return session },
    window: (options) => {
      asked.push(options.webPreferences?.partition ?? '')
      return {
        loadURL: async (address: string) => { await load(address) },
        destroy: () => { asked.push('destroyed') },
        webContents: { printToPDF: (options: object) => { asked.push(JSON.stringify(options)); return Promise.resolve(Buffer.from('%PDF-')) } },
      }
    },
  }
  const cancels = (url: string): boolean => {
    let cancelled = false
    request?.({ url }, ({ cancel = false }) => { cancelled = cancel })
    return cancelled
  }
  return { made, asked, cancels, answer: (url: string) => answer?.({ url }) }
}

describe('a document made into a PDF in Electron', () => {
  it('is shown in a hidden window without preload and JavaScript', () => {
    expect(printOptions('print-1')).toEqual({ show: false, webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, javascript: false, webSecurity: true, webviewTag: false, spellcheck: false, devTools: false, navigateOnDragDrop: false, partition: 'print-1' } })
  })

  it('has one address, and nothing else is answered', async () => {
    const seen: unknown[] = []
    const one = parts(async (address) => {
      seen.push(one.cancels(address), one.cancels('https://ond.no/'), one.cancels('file:///etc/passwd'), await one.answer(address)?.text(), one.answer('meldingsboks-print://document/other')?.status)
    })
    expect(Buffer.from((await printPdf(one.made, '<p>Hei</p>')) ?? []).toString()).toBe('%PDF-')
    expect(seen).toEqual([false, true, true, '<p>Hei</p>', 404])
    expect(one.asked[0]).toBe(one.asked[1])
    expect(JSON.parse(one.asked[2] ?? '')).toEqual({ preferCSSPageSize: true, printBackground: true, generateTaggedPDF: true, generateDocumentOutline: true })
    expect(one.asked[3]).toBe('destroyed')
    expect(one.answer('x')).toBeUndefined()
  })

  it('is nothing when the page fails or takes too long, and the window goes all the same', async () => {
    const failing = parts(() => Promise.reject(new Error('ERR_FAILED')))
    expect(await printPdf(failing.made, '')).toBeNull()
    const silent = parts(() => new Promise(() => undefined))
    expect(await printPdf(silent.made, '', 20)).toBeNull()
    expect([failing.asked.at(-1), silent.asked.at(-1)]).toEqual(['destroyed', 'destroyed'])
  })
})
