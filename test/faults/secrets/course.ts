import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Fault } from '../../../main/localtest/faults.ts'
import type { LocalAltinn } from '../../../main/localtest/index.ts'
import { keyPurposes, type KeyPurpose } from '../../../main/store/keys-purposes.ts'
import { parseRecoveryCode } from '../../../main/store/keys-recovery-code.ts'
import { readKeysFile } from '../../../main/store/keys-file.ts'
import { openSlot } from '../../../main/store/keys-slots.ts'
import { openKeys } from '../../../main/store/keys.ts'
import { say } from '../../harness/run.ts'
import type { EngineTask } from './child.ts'
import type { Collected } from './collected.ts'
import { searchFolder, searchProcesses } from './places.ts'
import type { Places, Programs, Said } from './programs.ts'
import type { Tap } from './tap.ts'
import { firm, namedPersons, organisationUrn, personUrn, personWord } from './world.ts'

/** Parts of a private key that nobody else may know (RFC 7518 section 6.3.2). */
const privateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const
/** A number that senders wrote into letters: who lists letters is shown their titles. */
const numberInLetters = 'national number in letters'
const lists = { says: new Set([numberInLetters]) }

const troubles: readonly Fault[] = [{ kind: 'html', times: 3 }, { kind: 'error-empty', times: 3 }, { kind: 'schema', times: 3 }, { kind: 'expired-token', times: 2 }, { kind: 'no-access', times: 2 }, { kind: 'cut-short', times: 2 }]
const codeSaid = z.object({ recoveryCode: z.string() })
const round = z.object({ round: z.number(), total: z.number(), hits: z.number(), letters: z.number(), receipts: z.number() })

/** What a course of work did: a course that did little proves little. */
export interface CourseFigures {
  messages: number
  lettersRead: number
  receipts: number
  hitsOfNumbers: number
  /** Processes whose arguments and environment were looked at. */
  processes: number
  /** Commands that ended with an error, as they should. */
  refusals: number
  /** Commands that did not end as they should. */
  readonly wrong: string[]
}

export interface CourseParts {
  readonly places: Places
  readonly programs: Programs
  readonly collected: Collected
  readonly altinn: LocalAltinn
  readonly platform: Tap
  readonly maskinporten: Tap
  readonly persons: readonly string[]
  readonly random: () => number
  /** How many kinds of trouble the services get into. */
  readonly faults: number
}

/** A whole life of a profile, from its set-up to a crash and every kind of refusal; all of it by programs of the build. */
export class Course {
  readonly figures: CourseFigures = { messages: 0, lettersRead: 0, receipts: 0, hitsOfNumbers: 0, processes: 0, refusals: 0, wrong: [] }
  readonly passphrase: string
  readonly #parts: CourseParts

  constructor(parts: CourseParts) {
    this.#parts = parts
    // Signs that JSON, URLs and shells write in another way.
    this.passphrase = `blå «hest» & "50 %" / batteri ${String(Math.floor(parts.random() * 1e9))}\\`
  }

  #input(name: string, content: string | Buffer): string {
    const path = join(this.#parts.places.inputs, name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }

  /** Looks everywhere with what is known by now. */
  look(): void {
    const { places, collected } = this.#parts
    for (const folder of [places.data, places.elsewhere]) searchFolder(places.root, folder, collected)
    this.figures.processes += searchProcesses(places.root, collected)
  }

  async #cli(args: readonly string[], wanted: number | readonly number[], options: Parameters<Programs['run']>[2] = {}): Promise<Said> {
    const { places, programs } = this.#parts
    const running = programs.start('cli', [...args, '--data', places.data], options)
    const live = setInterval(() => { this.figures.processes += searchProcesses(places.root, this.#parts.collected) }, 250)
    const said = await running.ended.finally(() => { clearInterval(live) })
    const allowed = typeof wanted === 'number' ? [wanted] : wanted
    if (said.code === null || !allowed.includes(said.code)) this.figures.wrong.push(`${args.slice(0, 2).join(' ')} ended with ${String(said.code)}`)
    if (said.code !== 0) this.figures.refusals += 1
    return said
  }

  #collectKey(key: Readonly<Record<string, unknown>>, name: string): void {
    for (const part of privateParts) {
      const text = key[part]
      if (typeof text === 'string') this.#parts.collected.add({ name: `${name}, ${part}`, text, bytes: Buffer.from(text, 'base64url') })
    }
  }

  #collectCode(said: Said): string {
    const code = codeSaid.parse(JSON.parse(said.out)).recoveryCode
    this.#parts.collected.add({ name: 'recovery code', text: code })
    this.#parts.collected.add({ name: 'recovery code', text: code.replaceAll('-', '') })
    const parsed = parseRecoveryCode(code)
    if (parsed.ok) this.#parts.collected.add({ name: 'recovery code', bytes: parsed.bits })
    return code
  }

  /** The master key and every key that comes of it. */
  async #collectKeys(): Promise<void> {
    const { places, collected } = this.#parts
    const folder = join(places.data, 'firma')
    const how = () => ({ kind: 'passphrase', passphrase: Buffer.from(this.passphrase) }) as const
    const { file } = await readKeysFile(folder)
    const slot = file.slots.find(({ kind }) => kind === 'passphrase')
    if (slot === undefined) throw new Error('The profile has no passphrase')
    for (const master of await openSlot(file, slot, how())) collected.add({ name: 'master key', bytes: Buffer.from(master) })
    const keys = await openKeys(folder, how())
    for (const purpose of Object.keys(keyPurposes) as KeyPurpose[]) collected.add({ name: `key of ${purpose}`, bytes: keys.derive(purpose) })
    keys.wipe()
  }

  async run(): Promise<void> {
    const { altinn, collected, platform, maskinporten, persons } = this.#parts
    const { client } = altinn
    for (const number of persons) collected.add({ name: namedPersons(persons).includes(number) ? numberInLetters : 'national number', text: number })
    collected.add({ name: 'passphrase', text: this.passphrase })
    this.#collectKey(client.key, 'signing key')
    const addresses = this.#input('addresses.json', JSON.stringify({ name: 'local', platform: platform.address, maskinporten: { issuer: `${altinn.maskinporten}/`, token: `${maskinporten.address}${new URL(altinn.maskinporten).pathname}/token` } }))
    const key = this.#input('key.json', JSON.stringify(client.key))
    const passphrase = this.#input('passphrase', `${this.passphrase}\n`)
    const open = ['--profile', 'firma', '--passphrase-file', passphrase]
    const adding = (name: string, keyFile: string): readonly string[] => ['profile', 'add', name, '--environment', addresses, '--client-id', client.clientId, '--kid', client.kid, '--org', firm, '--key', keyFile, '--passphrase-file', passphrase]
    const codes = new Set(['recovery code'])

    say('set-up, and what is refused of it')
    const code = this.#collectCode(await this.#cli([...adding('firma', key), '--json'], 0, { says: codes }))
    await this.#collectKeys()
    await this.#cli(adding('firma', key), 1)
    await this.#cli(adding('brukket', this.#input('broken.json', JSON.stringify({ ...client.key, q: undefined }))), 1)
    await this.#cli(adding('brukket', this.#input('torn.json', JSON.stringify(client.key).slice(0, -40))), 1)
    this.look()

    say('work, until the engine is killed')
    await this.#workAndCrash(passphrase)

    say('what comes after a crash, with the services in trouble')
    await this.#cli(['sync', ...open, '--json', '--verbose'], [0, 1])
    for (const one of troubles.slice(0, this.#parts.faults)) {
      altinn.faults.add(one)
      await this.#cli(['sync', ...open, '--verbose'], [0, 1])
      altinn.faults.clear()
    }
    altinn.pause()
    await this.#cli(['sync', ...open, '--verbose'], 1)
    altinn.resume()
    this.look()

    say('another key, another passphrase, another code')
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
    this.#collectKey({ ...stranger }, 'another signing key')
    this.#collectCode(await this.#cli([...adding('fremmed', this.#input('stranger.json', JSON.stringify(stranger))), '--json'], 0, { says: codes }))
    await this.#cli(['sync', '--profile', 'fremmed', '--passphrase-file', passphrase, '--accept-fetched', '--since', '2026-01-01', '--verbose'], 1)
    const wrong = `${this.passphrase} og galt`
    collected.add({ name: 'wrong passphrase', text: wrong })
    await this.#cli(['list', '--profile', 'firma', '--passphrase-file', this.#input('wrong', wrong), '--verbose'], 1)
    await this.#cli(['list', '--profile', 'firma', '--recovery-code-file', this.#input('slip', code.slice(1)), '--verbose'], 1)
    await this.#cli(['list', '--profile', 'firma', '--recovery-code-file', this.#input('code', code)], 0, lists)
    this.#collectCode(await this.#cli(['profile', 'keys', 'add-recovery-code', ...open, '--json'], 0, { says: codes }))
    await this.#cli(['list', '--profile', 'firma', '--recovery-code-file', join(this.#parts.places.inputs, 'code'), '--verbose'], 1)
    await this.#listAndReport(open)

    say('what the host gives')
    await this.#hostSecret(open)
    this.look()
  }

  /** The engine's work as a shell lets it do, killed in the middle of it. */
  async #workAndCrash(passphraseFile: string): Promise<void> {
    const { places, programs, persons } = this.#parts
    const task: EngineTask = { data: places.data, profile: 'firma', passphraseFile, parties: [organisationUrn('310000205'), organisationUrn('310000213'), ...persons.map(personUrn)], words: [...persons.slice(0, 4), personWord] }
    const { child, said, ended } = programs.start('faults', ['secrets-child'], { input: JSON.stringify(task) })
    const rounds = () => said().split('\n').flatMap((line) => {
      const parsed = line.startsWith('{') && line.endsWith('}') ? round.safeParse(JSON.parse(line)) : null
      return parsed?.success === true ? [parsed.data] : []
    })
    const begun = Date.now()
    while (rounds().length < 3 && child.exitCode === null) {
      this.look()
      await new Promise((resolve) => setTimeout(resolve, 200))
      if (Date.now() - begun > 240_000) throw new Error(`The engine did not get on: ${said().slice(-500)}`)
    }
    if (child.exitCode !== null) throw new Error('The engine ended by itself')
    // In the middle of the next round.
    await new Promise((resolve) => setTimeout(resolve, 50 + this.#parts.random() * 400))
    child.kill('SIGKILL')
    await ended
    const done = rounds()
    this.figures.messages = Math.max(0, ...done.map(({ total }) => total))
    this.figures.lettersRead = done.reduce((sum, { letters }) => sum + letters, 0)
    this.figures.receipts = done.reduce((sum, { receipts }) => sum + receipts, 0)
    this.figures.hitsOfNumbers = Math.max(0, ...done.map(({ hits }) => hits))
    // As it lies there after the crash, with the -wal beside the files.
    this.look()
  }

  async #listAndReport(open: readonly string[]): Promise<void> {
    const organisation = '310000213'
    const listed = await this.#cli(['list', ...open, '--view', 'all', '--recipient', organisation, '--json'], 0)
    const { rows } = z.object({ rows: z.array(z.object({ id: z.number() })) }).parse(JSON.parse(listed.out))
    const id = String(rows[0]?.id ?? 0)
    await this.#cli(['show', id, ...open], 0)
    await this.#cli(['read', id, ...open, '--yes', '--timeout', '5'], [0, 3, 4])
    await this.#cli(['show', '999999', ...open, '--verbose'], 1)
    // Persons are named, never numbered, where a person reads it.
    await this.#cli(['list', ...open, '--view', 'all', '--search', personWord], 0, lists)
  }

  async #hostSecret(open: readonly string[]): Promise<void> {
    const { collected, places } = this.#parts
    const secret = randomBytes(32)
    collected.add({ name: 'host secret', bytes: secret })
    const path = this.#input('meldingsboks', secret)
    const env = { CREDENTIALS_DIRECTORY: places.inputs }
    await this.#cli(['profile', 'keys', 'add-credential', '--new-credential', 'meldingsboks', ...open], 0, { env })
    await this.#cli(['sync', '--profile', 'firma', '--credential', 'meldingsboks', '--json'], [0, 1], { env })
    const descriptor = openSync(path, 'r')
    try {
      await this.#cli(['list', '--profile', 'firma', '--view', 'outgoing', '--credential-fd', '3'], 0, { descriptor, ...lists })
    } finally {
      closeSync(descriptor)
    }
    const other = randomBytes(48)
    collected.add({ name: 'wrong host secret', bytes: other })
    this.#input('other', other)
    await this.#cli(['list', '--profile', 'firma', '--credential', 'other', '--verbose'], 1, { env })
    await this.#cli(['list', '--profile', 'firma', '--credential', 'nowhere', '--verbose'], 1, { env })
  }
}
