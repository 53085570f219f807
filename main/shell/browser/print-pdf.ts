import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { devtoolsPipe } from './devtools-pipe.ts'
import { quietFlags } from './launch.ts'

/** Longest time for one document, the browser's start included. */
const printMs = 60_000

const target = z.object({ targetId: z.string() })
const session = z.object({ sessionId: z.string() })
const frames = z.object({ frameTree: z.object({ frame: z.object({ id: z.string() }) }) })
const printed = z.object({ data: z.base64() })

/** No name leads anywhere and no address can be reached; what the document may ask for is said by its own policy. */
function printArguments(profileFolder: string, isRoot: boolean): readonly string[] {
  return [
    ...quietFlags, '--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=http://127.0.0.1:9', '--proxy-bypass-list=<-loopback>',
    ...(isRoot ? ['--no-sandbox'] : []), '--headless=new', '--disable-gpu', '--hide-scrollbars', '--remote-debugging-pipe', `--user-data-dir=${profileFolder}`, 'about:blank',
  ]
}

/**
 * Makes a document into a PDF, tagged and with bookmarks, in a browser of its own that ends with it: no script runs in it,
 * nothing of it goes over the network, and what it writes lies on tmpfs like the window's own profile (security.md 14).
 * @param parent folder that only this user can read
 * @returns null when the browser could not do it in time
 */
export async function printPdf(browser: string, parent: string, html: string, timeoutMs: number = printMs): Promise<Uint8Array | null> {
  const folder = mkdtempSync(join(parent, 'print-'))
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MELDINGSBOKS')))
  const child = spawn(browser, printArguments(folder, process.getuid?.() === 0), { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env })
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => { resolve() })
    child.once('error', () => { resolve() })
  })
  const timer = setTimeout(() => { child.kill('SIGKILL') }, timeoutMs)
  try {
    const pipe = devtoolsPipe(child)
    const { targetId } = target.parse(await pipe.call('Target.createTarget', { url: 'about:blank' }))
    const { sessionId } = session.parse(await pipe.call('Target.attachToTarget', { targetId, flatten: true }))
    await pipe.call('Emulation.setScriptExecutionDisabled', { value: true }, sessionId)
    await pipe.call('Page.enable', {}, sessionId)
    const { frameTree } = frames.parse(await pipe.call('Page.getFrameTree', {}, sessionId))
    await pipe.call('Page.setDocumentContent', { frameId: frameTree.frame.id, html }, sessionId)
    await pipe.call('Runtime.evaluate', { expression: 'document.fonts.ready.then(() => true)', awaitPromise: true, returnByValue: true }, sessionId)
    // Not as a stream: that would pass through a file on disk.
    const answer = await pipe.call('Page.printToPDF', { preferCSSPageSize: true, printBackground: true, generateTaggedPDF: true, generateDocumentOutline: true, transferMode: 'ReturnAsBase64' }, sessionId)
    return Buffer.from(printed.parse(answer).data, 'base64')
  } catch (error) {
    // Whatever stopped it, there is no document; the engine says so to the person.
    if (error instanceof Error) return null
    throw error
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
    await gone
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}
