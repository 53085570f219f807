import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined

/** Why the real keychain cannot be tried on this machine; null when it can. */
export function noKeyring(): 'gnome-keyring is not on this machine' | 'keytar is not built on this machine' | null {
  if (process.platform !== 'linux' || !has('gnome-keyring-daemon') || !has('dbus-run-session')) return 'gnome-keyring is not on this machine'
  const loads = spawnSync(process.execPath, ['-e', 'require("keytar")'], { cwd: import.meta.dirname, stdio: 'ignore' }).status === 0
  return loads ? null : 'keytar is not built on this machine'
}

/**
 * - unlocked: gnome-keyring runs, and a password opened its default collection
 * - locked: it runs, the collection is there, nobody opened it and there is no display to ask on
 * - bus-only: there is a session bus and nothing that keeps secrets
 * - no-bus: there is not even a bus
 */
export type Session = 'unlocked' | 'locked' | 'bus-only' | 'no-bus'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** A user of its own with a keyring: home, data and runtime folders that go with it. */
export class KeyringUser {
  readonly folder = mkdtempSync(join(tmpdir(), 'meldingsboks-keyring-'))
  readonly #password = 'nøkkelringens passord'

  constructor() {
    for (const name of ['home', 'data', 'run', 'config']) mkdirSync(join(this.folder, name), { mode: 0o700 })
    // A bus that starts no service by itself: what a minimal machine has.
    writeFileSync(join(this.folder, 'bus.conf'), `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=${this.folder}</listen><auth>EXTERNAL</auth><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`)
  }

  /** Whatever opens the keyring next finds none: as after a new installation. */
  forgetKeyring(): void {
    rmSync(join(this.folder, 'data', 'keyrings'), { recursive: true, force: true })
  }

  /** @returns what the child told. @throws {Error} with what was said when it told nothing */
  run(session: Session, ...args: readonly string[]): unknown {
    const child = [process.execPath, join(import.meta.dirname, 'keyring-child.ts'), ...args].map(quoted).join(' ')
    const daemon = { unlocked: `printf %s ${quoted(this.#password)} | gnome-keyring-daemon --unlock --components=secrets >/dev/null; `, locked: 'gnome-keyring-daemon --start --components=secrets >/dev/null; ', 'bus-only': '', 'no-bus': '' }[session]
    const script = `${daemon}exec ${child}`
    const env = { PATH: process.env['PATH'] ?? '', HOME: join(this.folder, 'home'), XDG_DATA_HOME: join(this.folder, 'data'), XDG_RUNTIME_DIR: join(this.folder, 'run'), XDG_CONFIG_HOME: join(this.folder, 'config'), LC_ALL: 'C.UTF-8' }
    const bus = session === 'no-bus' ? [] : ['dbus-run-session', ...(session === 'bus-only' ? [`--config-file=${join(this.folder, 'bus.conf')}`] : []), '--']
    const { stdout, stderr, status } = spawnSync('env', [...bus, 'bash', '-c', script], { env, encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' })
    const line = stdout.trim().split('\n').at(-1) ?? ''
    if (!line.startsWith('{') && !line.startsWith('"')) throw new Error(`The session ended with ${String(status)}: ${stdout}${stderr}`)
    return JSON.parse(line)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}
