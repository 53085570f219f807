import { ipcRenderer } from 'electron'

/**
 * Hands one MessagePort to the window's page and nothing else: no function, no module (security.md 22). The page says
 * when it listens; after a restart of the engine it gets a new port.
 */
ipcRenderer.on('port', (event) => {
  window.postMessage({ kind: 'meldingsboks-port' }, location.origin, [...event.ports])
})
ipcRenderer.on('engine', (_event, frame: unknown) => {
  window.postMessage({ kind: 'meldingsboks-engine', frame }, location.origin)
})
ipcRenderer.on('open', (_event, messageId: unknown) => {
  window.postMessage({ kind: 'meldingsboks-open', messageId }, location.origin)
})
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window || typeof event.data !== 'object' || event.data === null || !('kind' in event.data)) return
  if (event.data.kind === 'meldingsboks-ready') ipcRenderer.send('ready')
  else if (event.data.kind === 'meldingsboks-restart') ipcRenderer.send('frame', { kind: 'restart' })
  // The shell checks the frame's shape; what a person typed goes through here and stays nowhere.
  else if (event.data.kind === 'meldingsboks-frame' && 'frame' in event.data) ipcRenderer.send('frame', event.data.frame)
})
