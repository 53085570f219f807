import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Collected } from './collected.ts'
import { needlesOf, type Secret } from './needles.ts'
import { searchFolder, searchProcesses } from './places.ts'
import { environmentOf, type Places } from './programs.ts'

/**
 * Plants a secret in every form and place that is searched, and looks for it as for the others.
 * @returns how many were planted, and where one was not found
 */
export async function selfCheck(places: Places, secret: Secret): Promise<{ readonly planted: number; readonly missed: readonly string[] }> {
  const collected = new Collected()
  collected.add(secret)
  const missed: string[] = []
  const folder = join(places.elsewhere, 'tmp', 'planted')
  let planted = 0
  const expectHit = (where: string, before: number): void => {
    planted += 1
    if (collected.hits.length === before) missed.push(where)
  }
  for (const [n, { encoding, bytes }] of needlesOf(secret).entries()) {
    mkdirSync(folder, { recursive: true })
    // Where a real one would lie: somewhere in the middle of a file that is read in one piece.
    writeFileSync(join(folder, `${String(n)}.bin`), Buffer.concat([Buffer.alloc(70_001, 'x'), bytes, Buffer.alloc(333, 'y')]))
    const before = collected.hits.length
    searchFolder(places.root, folder, collected)
    expectHit(encoding, before)
    rmSync(folder, { recursive: true })
  }
  const text = secret.text ?? ''
  mkdirSync(folder)
  writeFileSync(join(folder, `a-${encodeURIComponent(text)}`.slice(0, 200)), '')
  let before = collected.hits.length
  searchFolder(places.root, folder, collected)
  expectHit('the name of a file', before)
  rmSync(folder, { recursive: true })
  before = collected.hits.length
  collected.keep('what a program said', `før ${text} etter`)
  collected.settle()
  expectHit('what a program said', before)
  if (process.platform === 'linux') {
    for (const [where, args, env] of [['arguments', ['-e', 'setTimeout(() => {}, 30000)', text], {}], ['environment', ['-e', 'setTimeout(() => {}, 30000)'], { PLANTED: text }]] as const) {
      const child = spawn(process.execPath, args, { stdio: 'ignore', env: environmentOf(places, env) })
      before = collected.hits.length
      for (let n = 0; n < 50 && collected.hits.length === before; n += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        searchProcesses(places.root, collected)
      }
      expectHit(where, before)
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await ended
    }
  }
  return { planted, missed }
}
