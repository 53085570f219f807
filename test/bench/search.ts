import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../main/engine.ts'
import { startLocalAltinn } from '../../main/shell/demo.ts'
import { harnessOptions } from '../harness/arguments.ts'
import { rounded } from '../harness/figures.ts'
import { makeProfile, must, openProfile } from '../harness/profile.ts'
import { type Harness, say } from '../harness/run.ts'
import { part } from './cache.ts'
import { type Answered, SearchQuestions, slowest } from './search-ask.ts'

/** Letters with a file that come by a real sync, so that text of attachments is there to be found. */
const withFiles = 200
const fileKb = 16
/** Longest to wait for text of attachments to be searchable. */
const readingMs = 90_000

/** How many letters with a word in their attachment can be found, once their number stands still. */
async function readFiles(engine: Engine, word: string): Promise<number> {
  const deadline = Date.now() + readingMs
  for (;;) {
    const { total } = await must(engine, 'messages.search-count', { text: word })
    if (total >= withFiles || Date.now() > deadline) return total
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

/** Asks a filled profile every kind of question. */
async function askAll(engine: Engine, seed: number, fileSeed: number, rounds: number): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await must(engine, 'recipients.list', {})
  const ask = new SearchQuestions(engine, seed, rows.filter((row) => row.messages > 0).map((row) => row.party), rounds)
  // Twenty questions to warm up, as a window that was just used has.
  for (let n = 0; n < 20; n += 1) await must(engine, 'messages.search', { text: ask.common(), limit: 50 })
  const twoWords = {
    searchRare: await ask.ask(() => `${ask.rare()} ${ask.rare()}`),
    searchCommon: await ask.ask(() => `${ask.common()} ${ask.common()}`),
    searchMixed: await ask.ask(() => `${ask.rare()} ${ask.common()}`),
  }
  const typed = await ask.asYouType()
  const phrases = await ask.phrases()
  let next = 0
  const phrase = (): string => phrases[next++ % Math.max(1, phrases.length)] ?? ''
  const sender = await ask.sender()
  const found = await readFiles(engine, String(fileSeed))
  const fields: Readonly<Record<string, Answered>> = {
    fieldFrom: await ask.ask(() => `fra:${sender} ${ask.common()}`),
    fieldAttachment: await ask.ask(() => `har:vedlegg ${ask.common()}`),
    fieldDue: await ask.ask(() => `frist:uke ${ask.common()}`),
    fieldStatus: await ask.ask(() => `status:ulest ${ask.common()}`),
    minus: await ask.ask(() => `${ask.common()} -${ask.rare()}`),
  }
  return {
    searchTwoWords: slowest(Object.values(twoWords)), ...twoWords,
    searchAsYouType: slowest(Object.values(typed)), ...typed,
    searchWithinRecipient: await ask.ask(() => `${ask.common()} ${ask.common()}`, ask.party),
    phrases: await ask.ask(phrase), ...fields,
    attachmentText: found === 0 ? null : await ask.ask(() => `${String(fileSeed)} ${ask.common()}`), attachmentTextHits: found,
  }
}

/**
 * Every line of search of design.md section 8 through the contract. The times hold rows and snippets alike, because one
 * answer brings both; a line that finds nothing says so by its `rows`.
 */
export const benchSearch: Harness = async (args) => {
  const { seed, numbers } = harnessOptions(args, { messages: 100_000, recipients: 2000, rounds: 100 })
  say(`seed ${String(seed)}`)
  const kept = process.env['MELDINGSBOKS_BENCH_FOLDER'] ?? ''
  const folder = kept === '' ? mkdtempSync(join(tmpdir(), 'meldingsboks-search-')) : kept
  process.env['MELDINGSBOKS_BENCH_FOLDER'] = folder
  const fileSeed = seed + 1
  try {
    const began = performance.now()
    if (!existsSync(join(folder, 'full'))) {
      await makeProfile(join(folder, 'full'))
      await part('cache-fill', ['--seed', String(seed), '--messages', String(numbers.messages), '--recipients', String(numbers.recipients)])
    }
    const fillSeconds = rounded((performance.now() - began) / 1000, 1)
    say(`filled in ${String(fillSeconds)} s`)
    const altinn = await startLocalAltinn(['--folder', join(folder, `altinn-${String(fileSeed)}`), '--seed', String(fileSeed), '--recipients', '20', '--messages', String(withFiles), '--attachment-kb', String(fileKb)])
    const { engine, accountUuid } = await openProfile(join(folder, 'full'), altinn.altinn)
    try {
      await must(engine, 'sync.run', { accountUuid })
      const asked = await askAll(engine, seed, fileSeed, numbers.rounds)
      return { result: { seed, messages: numbers.messages, recipients: numbers.recipients, rounds: numbers.rounds, timesHold: 'ids, rows and snippets of 50 hits', ...asked, fillSeconds, memoryMb: Math.round(process.memoryUsage.rss() / 1024 / 1024) }, passed: true }
    } finally {
      await engine.close()
      await altinn.end()
    }
  } finally {
    if (kept === '') rmSync(folder, { recursive: true, force: true })
  }
}
