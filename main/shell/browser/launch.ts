import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A browser must not write more than it has to, ask the network, or run what the window does not need (security.md 14). */
export const quietFlags = [
  '--no-first-run', '--no-default-browser-check', '--disable-extensions', '--disable-breakpad', '--disable-component-update', '--disable-background-networking', '--disable-sync',
  '--disable-default-apps', '--disable-domain-reliability', '--no-pings', '--disable-spell-checking', '--password-store=basic', '--use-mock-keychain', '--disk-cache-size=1', '--media-cache-size=1',
  '--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,InterestFeedContentSuggestions',
] as const

/** Arguments of the browser: they name the start file and nothing that is secret, because everybody may read them (security.md 11). */
export function browserArguments(startFile: string, profileFolder: string, isRoot: boolean): readonly string[] {
  return [...quietFlags, '--host-resolver-rules=MAP *.localhost 127.0.0.1', ...(isRoot ? ['--no-sandbox', '--test-type'] : []), `--user-data-dir=${profileFolder}`, '--window-size=1280,800', `--app=file://${startFile}`]
}

/** The browser's own profile for this run: notifications are granted to exactly the window's origin (security.md 15). */
export function prepareProfile(folder: string, address: string): void {
  mkdirSync(join(folder, 'Default'), { recursive: true, mode: 0o700 })
  const preferences = {
    profile: { content_settings: { exceptions: { notifications: { [`${address},*`]: { setting: 1, last_modified: '13300000000000000' } } } }, password_manager_enabled: false },
    credentials_enable_service: false,
    autofill: { profile_enabled: false, credit_card_enabled: false },
    translate: { enabled: false },
    search: { suggest_enabled: false },
    browser: { enable_spellchecking: false },
    download: { prompt_for_download: true },
  }
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences), { mode: 0o600 })
}

/** Starts the browser with the start file in a window of its own. */
export function launchBrowser(browser: string, startFile: string, profileFolder: string): ChildProcess {
  const isRoot = process.getuid?.() === 0
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MELDINGSBOKS')))
  return spawn(browser, browserArguments(startFile, profileFolder, isRoot), { stdio: 'ignore', env })
}
