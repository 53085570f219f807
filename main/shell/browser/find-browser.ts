import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const onPath = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable', 'microsoft-edge', 'chrome']

function installed(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly string[] {
  if (platform === 'darwin') {
    return ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium', 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge'].flatMap((path) => [join('/Applications', path), join(homedir(), 'Applications', path)])
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((root) => root !== undefined)
    return roots.flatMap((root) => [join(root, 'Google/Chrome/Application/chrome.exe'), join(root, 'Microsoft/Edge/Application/msedge.exe'), join(root, 'Chromium/Application/chrome.exe')])
  }
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '').flatMap((folder) => onPath.map((name) => join(folder, name)))
}

/** Browsers that Playwright has downloaded, newest first. */
function fromPlaywright(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly string[] {
  const caches = { darwin: join(homedir(), 'Library/Caches/ms-playwright'), win32: join(env['LOCALAPPDATA'] ?? homedir(), 'ms-playwright') } as Partial<Record<NodeJS.Platform, string>>
  const cache = env['PLAYWRIGHT_BROWSERS_PATH'] ?? caches[platform] ?? join(homedir(), '.cache/ms-playwright')
  if (!existsSync(cache)) return []
  const inside = { darwin: 'chrome-mac/Chromium.app/Contents/MacOS/Chromium', win32: 'chrome-win/chrome.exe' } as Partial<Record<NodeJS.Platform, string>>
  return readdirSync(cache).filter((name) => /^chromium-\d+$/.test(name)).sort().reverse().map((name) => join(cache, name, inside[platform] ?? 'chrome-linux/chrome'))
}

/** A browser of the Chromium family: the one that MELDINGSBOKS_BROWSER names, an installed one, or Playwright's; null when there is none. */
export function findBrowser(platform: NodeJS.Platform = process.platform, env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['MELDINGSBOKS_BROWSER']
  if (named !== undefined && named !== '') return existsSync(named) ? named : null
  return [...installed(platform, env), ...fromPlaywright(platform, env)].find((path) => existsSync(path)) ?? null
}
