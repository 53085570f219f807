import { giveFont } from '../message/letter-document.ts'
import { setLetter } from '../message/trusted.ts'

/** A browser that says nothing when its print window is gone leaves the frame no longer than this. */
const forgottenMs = 10 * 60_000

/**
 * Prints a document of its own, in a frame that can run nothing (security.md 4). It goes when the next one comes or when
 * the browser says that it is done.
 */
export async function printFrame(html: string): Promise<void> {
  document.querySelector('.print-frame')?.remove()
  const frame = document.createElement('iframe')
  frame.className = 'print-frame'
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals')
  frame.setAttribute('aria-hidden', 'true')
  frame.tabIndex = -1
  const loaded = new Promise<void>((resolve) => { frame.addEventListener('load', () => { resolve() }, { once: true }) })
  setLetter(frame, html)
  document.body.append(frame)
  await loaded
  await giveFont(frame)
  const view = frame.contentWindow
  if (view === null) return
  view.addEventListener('afterprint', () => { frame.remove() })
  setTimeout(() => { frame.remove() }, forgottenMs)
  view.print()
}
