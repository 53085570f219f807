#!/usr/bin/env node
// The one entry of every npm script: `node setup.mjs <task> [arguments]`.
// Plain Node 20, no dependencies: it runs before anything is installed.
// Everything it says itself goes to stderr, so a task's stdout stays machine-readable.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, fstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.meldingsboks-stamp')
const keychainFile = join(modules, '.meldingsboks-keychain')
const buildStampFile = join(root, 'out', '.stamp')
const lockFolder = join(root, '.setup-lock')
/** Node-API version the native parts need; Node 20 has 9 and crashes instead of throwing. */
const neededNodeApi = 10

const say = (text) => process.stderr.write(`${text}\n`)

function stop(sentence, code = 1) {
  say(sentence)
  process.exit(code)
}

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')
const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null)

/** Runs a program quietly on stderr; the longest time is in ms. */
function quietly(program, args, timeout, env = {}) {
  return spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], timeout, killSignal: 'SIGKILL', env: { ...process.env, ...env } })
}

/** Runs npm as the npm that started us, or the one on PATH. Its output goes to stderr. */
function npm(args, options = {}) {
  const own = process.env.npm_execpath
  const shared = { cwd: root, stdio: ['ignore', 2, 2], ...options }
  return own !== undefined && /\.c?js$/.test(own)
    ? spawnSync(process.execPath, [own, ...args], shared)
    : spawnSync('npm', args, { ...shared, shell: process.platform === 'win32' })
}

/** Only one set-up at a time works in a clone; one whose process is gone does not count. */
function exclusively(work) {
  for (let told = false; ; told = true) {
    try {
      mkdirSync(lockFolder)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') stop(`The folder ${root} cannot be written (${error.code}). Clone the project to a folder of your own, then try again.`)
    }
    const owner = Number(textOf(join(lockFolder, 'pid')) ?? '0')
    if (owner === 0 ? Date.now() - (statSync(lockFolder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 5000 : !isRunning(owner)) rmSync(lockFolder, { recursive: true, force: true })
    else {
      if (!told) say('Another set-up is at work here; waiting for it …')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
  }
  try {
    writeFileSync(join(lockFolder, 'pid'), String(process.pid))
    return work()
  } finally {
    rmSync(lockFolder, { recursive: true, force: true })
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** What node_modules must have been made from: the lockfile and the kind of machine. */
const wantedStamp = () => sha256(readFileSync(join(root, 'package-lock.json')), `${process.platform}-${process.arch}`)

/** Installs when the stamp does not match. The stamp goes first and comes last, so an install that was broken off is repeated. */
function install() {
  const stamp = wantedStamp()
  if (textOf(stampFile) === stamp) return
  exclusively(() => {
    if (textOf(stampFile) === stamp) return
    rmSync(stampFile, { force: true })
    say('Installing what Meldingsboks needs (a minute or two, only this once) …')
    // No install scripts: npm 10 would otherwise try to compile parts that come ready-made (see docs/decisions/0001).
    const { status, error } = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
    if (error !== undefined) stop(`npm could not be started (${error.message}). Install Node.js with npm, then try again.`)
    if (status !== 0) stop('npm could not install the packages. Check the network connection and what npm says above, then run the same command again.')
    if (existsSync(join(modules, 'keytar'))) writeFileSync(keychainFile, prepareKeychain())
    writeFileSync(stampFile, stamp)
  })
}

const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined

/** The part that reaches the system's keychain is optional: without it a passphrase is used (docs/decisions/0003). */
function prepareKeychain() {
  const keytar = join(modules, 'keytar')
  const loads = () => spawnSync(runtime(), ['-e', `require(${JSON.stringify(keytar)})`], { stdio: 'ignore', timeout: 20_000 }).status === 0
  if (loads()) return 'ready'
  const isDebian = process.platform === 'linux' && existsSync('/etc/debian_version')
  if (isDebian && process.getuid?.() === 0) {
    const lacking = ['python3', 'make', 'g++', 'pkg-config'].filter((program) => !has(program))
    if (spawnSync('pkg-config', ['--exists', 'libsecret-1']).status !== 0) lacking.push('libsecret-1-dev')
    if (lacking.length > 0) {
      quietly('apt-get', ['update', '-q'], 300_000)
      quietly('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...lacking], 600_000, { DEBIAN_FRONTEND: 'noninteractive' })
    }
  }
  // After a failed try npm says "rebuilt" and does nothing, so what it left goes first. The headers are those of the Node
  // that came with the packages; nothing is downloaded where a compiler is at hand.
  const headers = dirname(dirname(runtime()))
  const canCompile = has('make') && has('python3') && spawnSync('pkg-config', ['--exists', 'libsecret-1']).status === 0
  const env = canCompile ? { npm_config_build_from_source: 'true', npm_config_nodedir: headers } : {}
  rmSync(join(keytar, 'build'), { recursive: true, force: true })
  npm(['rebuild', 'keytar', '--no-audit', '--no-fund'], { timeout: 180_000, killSignal: 'SIGKILL', env: { ...process.env, ...env } })
  if (loads()) return 'ready'
  say('The system\'s keychain cannot be reached from here; profiles are protected by a passphrase instead.')
  return 'absent'
}

/** The Node.js that runs the tasks: the one installed from the registry, or this one where it is new enough. */
function runtime() {
  const installed = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(installed)) return installed
  if (Number(process.versions.napi) >= neededNodeApi) return process.execPath
  return stop(`Node.js ${process.versions.node} is too old for this machine's set-up. Install Node.js 24.15 or newer (https://nodejs.org), then try again.`)
}

/** Starts a package's program with the task runtime; returns its exit code. */
function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(runtime(), [join(modules, program), ...args], { cwd: root, stdio: 'inherit', ...options })
  if (error !== undefined) stop(`${program} could not be started: ${error.message}`)
  if (signal !== null) stop(`${program} was ended by ${signal}.`)
  return status ?? 1
}

function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
}

/** What is built: the programs, the window's page, the page that draws PDFs. */
const configs = ['vite.config.ts', 'vite.preload.config.ts', 'vite.window.config.ts', 'vite.pdf.config.ts']

/** Hash of everything the build is made of. */
function wantedBuild() {
  const sources = [...['main', 'preload', 'renderer', 'resources', 'test/bench', 'test/faults', 'test/harness', 'test/fixtures'].flatMap((folder) => filesBelow(join(root, folder))), ...[...configs, 'vite.shared.ts', 'package-lock.json', 'test/e2e/app.ts'].map((name) => join(root, name))]
  return sha256(...sources.sort().flatMap((path) => [relative(root, path), readFileSync(path)]))
}

/** Builds into out/ when its sources changed. The stamp comes last, so a build that was broken off is repeated. */
function build() {
  const stamp = wantedBuild()
  if (textOf(buildStampFile) === stamp) return 0
  return exclusively(() => {
    if (textOf(buildStampFile) === stamp) return 0
    rmSync(buildStampFile, { force: true })
    for (const config of configs) {
      const code = run('vite/bin/vite.js', ['build', '--config', config, '--logLevel', 'warn'], { stdio: ['ignore', 2, 2] })
      if (code !== 0) stop('The program could not be built; what is wrong stands above.')
    }
    writeFileSync(buildStampFile, stamp)
    return 0
  })
}

/**
 * The engine holds little in JavaScript and much in its databases' caches, and has a heap for each of its threads. Without
 * these V8 keeps some 80 MB more for what soon is garbage and for code that never runs. Measured, a window opens a twentieth
 * later by them and nothing else became slower. A child that is forked gets them as well.
 */
const sparingly = ['--max-semi-space-size=1', '--max-lazy']

function isOpen(descriptor) {
  try {
    fstatSync(descriptor)
    return true
  } catch (error) {
    if (error.code === 'EBADF') return false
    throw error
  }
}

/** An open file that the program is told of by its number is handed on: Node.js closes those above 2 for its children. */
function inheritedBy(args) {
  const given = args.flatMap((arg, at) => {
    const number = /^--(?:new-)?credential-fd(?:=(.*))?$/.exec(arg)
    return number === null ? [] : [Number(number[1] ?? args[at + 1])]
  })
  const handed = given.filter((one) => Number.isInteger(one) && one > 2 && one < 1024 && isOpen(one))
  const last = Math.max(2, ...handed)
  return Array.from({ length: last + 1 }, (_, descriptor) => (descriptor <= 2 ? 'inherit' : handed.includes(descriptor) ? descriptor : 'ignore'))
}

/** Runs a built entry in this terminal: input, output, signals and exit code are its own. */
function program(name) {
  return (args) => {
    build()
    const child = spawn(runtime(), [...sparingly, '--enable-source-maps', join(root, 'out', 'main', `${name}.js`), ...args], { stdio: inheritedBy(args) })
    // A signal from the terminal reaches the child as well; one sent to this process is passed on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('error', (error) => stop(`${name} could not be started: ${error.message}`))
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
    })
    return undefined
  }
}

const electronNote = join(modules, '.meldingsboks-electron')
const dayMs = 86_400_000

/** Electron's program where it is there; asked without starting anything, because that would begin a download. */
function electronProgram() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const name = textOf(join(modules, 'electron', 'path.txt')) ?? { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron'
  const path = join(folder ?? join(modules, 'electron', 'dist'), name.trim())
  return existsSync(path) ? path : null
}

/** Fetches Electron's program by its own installer; ends it when nothing more arrives for a minute. A failure is remembered for a day. */
async function fetchElectron() {
  const failedAt = Number(textOf(electronNote) ?? '0')
  if (Date.now() - failedAt < dayMs) return null
  say('Fetching Electron, which opens the window (about 100 MB, only this once) …')
  const dist = join(modules, 'electron')
  const size = () => filesBelow(dist).reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
  const child = spawn(runtime(), [join(dist, 'install.js')], { cwd: root, stdio: 'ignore' })
  let [known, still] = [size(), 0]
  const watch = setInterval(() => {
    const now = size()
    still = now === known ? still + 5 : 0
    known = now
    if (still >= 60) child.kill('SIGKILL')
  }, 5000)
  await new Promise((resolve) => {
    child.on('exit', resolve)
    child.on('error', resolve)
  })
  clearInterval(watch)
  const program = electronProgram()
  if (program === null) {
    writeFileSync(electronNote, String(Date.now()))
    say('Electron could not be fetched; the window opens in a browser instead. Another try is made tomorrow.')
  }
  return program
}

/** Exit code of the Electron shell when its window did not come in time, or went. */
const noWindow = 86

/** `npm start`: the window in Electron where that can be had, else in a browser; `--shell=none` runs the engine alone. */
async function start(args) {
  const wanted = args.find((arg) => arg.startsWith('--shell='))?.slice('--shell='.length) ?? 'auto'
  const rest = args.filter((arg) => !arg.startsWith('--shell='))
  if (!['auto', 'electron', 'browser', 'none'].includes(wanted)) stop('--shell takes electron, browser or none.', 64)
  const named = rest.some((arg) => arg.startsWith('--profile'))
  if (wanted === 'none') {
    program('cli')(['run', ...(named || rest.includes('--demo') ? [] : ['--demo']), ...rest.filter((arg) => arg !== '--no-open')])
    return
  }
  build()
  const electron = wanted === 'browser' || rest.includes('--no-open') ? null : (electronProgram() ?? (await fetchElectron()))
  if (wanted === 'electron' && electron === null) say('Electron is not on this machine; the window opens in a browser instead.')
  if (electron !== null) {
    const child = spawn(electron, [join(root, 'out', 'main', 'electron.js'), ...rest], { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    const code = await new Promise((resolve) => {
      child.on('error', () => resolve(noWindow))
      child.on('exit', (exitCode) => resolve(exitCode ?? noWindow))
    })
    if (code !== noWindow) {
      process.exitCode = code
      return
    }
    say('The Electron window did not come up; the window opens in a browser instead.')
  }
  program('browser')(rest)
}

const typecheck = (args) => run('typescript/bin/tsc', ['-b', ...args])
const lint = (args) => run('eslint/bin/eslint.js', ['--max-warnings=0', ...(args.length > 0 ? args : ['.'])])

/** A browser of the Chromium family for the tests of the window; on Debian as root it is installed where none is. */
function ensureBrowser() {
  const onPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].some(has)
  if (onPath || process.env.MELDINGSBOKS_BROWSER !== undefined || process.platform !== 'linux' || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return
  say('Installing Chromium, which the tests of the window need …')
  quietly('apt-get', ['update', '-q'], 300_000)
  quietly('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], 600_000, { DEBIAN_FRONTEND: 'noninteractive' })
}

/** strace, with which the harness of power cuts sees what reaches the disk; on Debian as root it is installed where it is missing, elsewhere those are skipped. */
function ensureTracer() {
  if (has('strace') || process.platform !== 'linux' || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return
  say('Installing strace, which the test of power cuts needs …')
  quietly('apt-get', ['update', '-q'], 300_000)
  quietly('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'strace'], 600_000, { DEBIAN_FRONTEND: 'noninteractive' })
}

/** xsltproc, which forms are compared with; on Debian as root it is installed where it is missing, elsewhere that is skipped. */
function ensureXsltproc() {
  if (has('xsltproc') || process.platform !== 'linux' || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return
  say('Installing xsltproc, which the tests of forms compare with …')
  quietly('apt-get', ['update', '-q'], 300_000)
  quietly('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'xsltproc'], 600_000, { DEBIAN_FRONTEND: 'noninteractive' })
}

/** gnome-keyring and dbus-run-session, with which the keychain is tried; on Debian as root they are installed where they are missing, elsewhere that is skipped. */
function ensureKeyring() {
  if ((has('gnome-keyring-daemon') && has('dbus-run-session')) || process.platform !== 'linux' || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return
  say('Installing gnome-keyring, which the tests of the keychain need …')
  quietly('apt-get', ['update', '-q'], 300_000)
  quietly('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'gnome-keyring', 'dbus'], 600_000, { DEBIAN_FRONTEND: 'noninteractive' })
}

/** Runs the end-to-end tests; returns their counts. */
function e2e(folder, args = []) {
  ensureBrowser()
  const report = join(folder, 'e2e.json')
  const code = run('@playwright/test/cli.js', ['test', ...args], { env: { ...process.env, MELDINGSBOKS_E2E_REPORT: report } })
  if (!existsSync(report)) stop('The tests of the window ended without a report.')
  const counts = JSON.parse(readFileSync(report, 'utf8'))
  return { ...counts, failed: counts.failed || (code === 0 ? 0 : 1) }
}

/** Only the tests of the window, with Playwright's own arguments. */
function windowTests(args) {
  build()
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-test-'))
  try {
    return e2e(folder, args).failed === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Type check, lint, build and every test; ends with `n passed, n failed, n skipped`. */
function test(args) {
  const checks = args.length > 0 ? [] : [typecheck([]), lint([])]
  ensureTracer()
  ensureXsltproc()
  ensureKeyring()
  build()
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-test-'))
  try {
    const report = join(folder, 'report.json')
    const env = { ...process.env, MELDINGSBOKS_TEST_REPORT: report }
    const code = run('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=./test/reporter.ts', ...args], { env })
    if (!existsSync(report)) stop('The tests ended without a report.')
    const units = JSON.parse(readFileSync(report, 'utf8'))
    // The window in a real browser, unless only some of the other tests are asked for.
    const windows = args.length > 0 ? { passed: 0, failed: 0, skipped: 0 } : e2e(folder)
    const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((name) => units[name] + windows[name])
    const failedChecks = checks.filter((status) => status !== 0).length
    // A test file that cannot be loaded fails the run without failing a test; it must not read as success.
    const allFailed = failed + failedChecks || (code === 0 ? 0 : 1)
    process.stdout.write(`${passed + checks.length - failedChecks} passed, ${allFailed} failed, ${skipped} skipped\n`)
    return allFailed === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function faults(args) {
  ensureTracer()
  return program('faults')(args)
}

const tasks = { bench: program('bench'), build: () => build(), cli: program('cli'), e2e: windowTests, faults, install: () => 0, lint, localtest: program('localtest'), start, test, typecheck }

const [name = '', ...args] = process.argv.slice(2)
if (!Object.hasOwn(tasks, name)) stop(`Usage: node setup.mjs <${Object.keys(tasks).join('|')}> [arguments]`, 64)
install()
const code = await tasks[name](args)
if (code !== undefined) process.exitCode = code
