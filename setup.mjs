#!/usr/bin/env node
// The one entry of every npm script: `node setup.mjs <task> [arguments]`.
// Plain Node 20, no dependencies: it runs before anything is installed.
// Everything it says itself goes to stderr, so a task's stdout stays machine-readable.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const stampFile = join(root, 'node_modules', '.meldingsboks-stamp')
/** Node-API version the native parts need; Node 20 has 9 and crashes instead of throwing. */
const neededNodeApi = 10

const say = (text) => process.stderr.write(`${text}\n`)

function stop(sentence, code = 1) {
  say(sentence)
  process.exit(code)
}

/** What node_modules must have been made from: the lockfile and the kind of machine. */
function wantedStamp() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
}

/** Runs npm as the npm that started us, or the one on PATH. Its output goes to stderr. */
function npm(args) {
  const own = process.env.npm_execpath
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  return own !== undefined && /\.c?js$/.test(own)
    ? spawnSync(process.execPath, [own, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

/** Installs when the stamp does not match. The stamp goes first and comes last, so an install that was broken off is repeated. */
function install() {
  const stamp = wantedStamp()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  rmSync(stampFile, { force: true })
  say('Installing what Meldingsboks needs (a minute or two, only this once) …')
  // No install scripts: npm 10 would otherwise try to compile parts that come ready-made (see docs/decisions/0001).
  const { status, error } = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
  if (error !== undefined) stop(`npm could not be started (${error.message}). Install Node.js with npm, then try again.`)
  if (status !== 0) stop('npm could not install the packages. Check the network connection and what npm says above, then run the same command again.')
  writeFileSync(stampFile, stamp)
}

/** The Node.js that runs the tasks: the one installed from the registry, or this one where it is new enough. */
function runtime() {
  const installed = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(installed)) return installed
  if (Number(process.versions.napi) >= neededNodeApi) return process.execPath
  return stop(`Node.js ${process.versions.node} is too old for this machine's set-up. Install Node.js 24.15 or newer (https://nodejs.org), then try again.`)
}

/** Starts a package's program with the task runtime; returns its exit code. */
function run(program, args) {
  const { status, signal, error } = spawnSync(runtime(), [join(root, 'node_modules', program), ...args], { cwd: root, stdio: 'inherit' })
  if (error !== undefined) stop(`${program} could not be started: ${error.message}`)
  if (signal !== null) stop(`${program} was ended by ${signal}.`)
  return status ?? 1
}

const typecheck = (args) => run('typescript/bin/tsc', ['--noEmit', ...args])
const lint = (args) => run('eslint/bin/eslint.js', ['--max-warnings=0', ...(args.length > 0 ? args : ['.'])])

/** Type check, lint and every test; ends with `n passed, n failed, n skipped`. */
function test(args) {
  const checks = args.length > 0 ? [] : [typecheck([]), lint([])]
  const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-test-'))
  try {
    const report = join(folder, 'report.json')
    const code = run('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args])
    if (!existsSync(report)) stop('The tests ended without a report.')
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'))
    const failedChecks = checks.filter((status) => status !== 0).length
    // A test file that cannot be loaded fails the run without failing a test; it must not read as success.
    const failed = numFailedTests + failedChecks || (code === 0 ? 0 : 1)
    process.stdout.write(`${numPassedTests + checks.length - failedChecks} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped\n`)
    return failed === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const tasks = { install: () => 0, lint, test, typecheck }

const [name = '', ...args] = process.argv.slice(2)
if (!Object.hasOwn(tasks, name)) stop(`Usage: node setup.mjs <${Object.keys(tasks).join('|')}> [arguments]`, 64)
install()
process.exitCode = tasks[name](args)
