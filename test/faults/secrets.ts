import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocalAltinn } from '../../main/localtest/index.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { seeded } from '../harness/random.ts'
import { type Harness, say } from '../harness/run.ts'
import { Collected } from './secrets/collected.ts'
import { Course } from './secrets/course.ts'
import { makePlaces, Programs } from './secrets/programs.ts'
import { selfCheck } from './secrets/self-check.ts'
import { Tap } from './secrets/tap.ts'
import { personNumbers, personWord, worldOf } from './secrets/world.ts'

/** Quick enough for a harness, with every order of events as in reality. */
const delays = { dialog: 0, publish: [100, 200] as const, open: 50, confirm: [200, 300] as const, reminder: 600_000, tell: 20, labels: 2 }

/**
 * Uses every secret there is in a whole course of work (set-up, grant, exchange, sync for persons, receipts, refusals, a
 * crash, the window in a real browser) and looks for each of them, in every form, wherever a program of ours can write: files,
 * names of files, output, arguments, environments, deleted files still open, and what the browser keeps. Only what a person
 * or the host handed over lies in the clear, in a folder of its own. `--browser 0` leaves the window out, `--faults <n>` tries only so many troubles of the services.
 */
export const secrets: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { messages: 60, persons: 12, faults: 6, browser: 1 })
  say(`seed ${String(seed)}`)
  const random = seeded(seed)
  const root = mkdtempSync(join(tmpdir(), 'meldingsboks-secrets-'))
  // Beside the run's folder, because the local Altinn is the service: what it knows of persons it may write down.
  const service = mkdtempSync(join(tmpdir(), 'meldingsboks-service-'))
  const places = makePlaces(root)
  const collected = new Collected()
  const persons = personNumbers(random, Math.max(1, numbers.persons))
  const altinn = await startLocalAltinn({ folder: service, seed, world: worldOf(persons, numbers.messages), delays })
  const platform = await Tap.before(new URL(altinn.platform).origin, collected)
  const maskinporten = await Tap.before(new URL(altinn.maskinporten).origin, collected)
  try {
    const planted = await selfCheck(places, { name: 'planted', text: `plantet "hemmelighet" / å ${String(seed)}`, bytes: Buffer.from(`plantede bytes ${String(seed)}`) })
    for (const where of planted.missed) say(`  the planted secret was not found: ${where}`)
    const programs = new Programs(places, collected)
    const course = new Course({ places, programs, collected, altinn, platform, maskinporten, persons, random, faults: numbers.faults })
    await course.run()
    if (numbers.browser > 0) {
      say('the window')
      const { useWindow } = await import('./secrets/window.ts')
      await useWindow(places, programs, collected, { profile: 'firma', passphrase: course.passphrase, number: persons[0] ?? '', word: personWord }, () => { course.look() })
    }
    course.look()
    collected.settle()
    const { hits } = collected
    for (const hit of hits) say(`  FOUND  ${hit}`)
    const { figures } = course
    for (const wrong of figures.wrong) say(`  FAILED  ${wrong}`)
    const worked = figures.messages > 0 && figures.lettersRead > 0 && figures.receipts > 0 && figures.hitsOfNumbers > 0 && platform.calls > 0
    const result = {
      seed, secrets: collected.secrets, files: collected.files, hits: hits.length, planted: planted.planted, missed: planted.missed.length, messages: figures.messages, lettersRead: figures.lettersRead, receipts: figures.receipts, hitsOfNumbers: figures.hitsOfNumbers,
      calls: platform.calls, refusals: figures.refusals, processes: figures.processes, window: numbers.browser > 0, wrong: figures.wrong, found: hits.slice(0, 20),
    }
    return { result, passed: hits.length === 0 && planted.missed.length === 0 && planted.planted > 0 && worked && figures.wrong.length === 0 }
  } finally {
    await platform.end()
    await maskinporten.end()
    await altinn.close()
    for (const folder of [root, service]) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
