import { uuid } from './ids.ts'
import { isOrganisationNumber, syntheticPersonNumber } from './check-digits.ts'
import type { ReplyOption, SentAttachment, SentMessage, World, WorldParty } from './model.ts'
import { organisationUrn } from './parties.ts'
import { seededRandom } from './random.ts'
import { resources } from './senders.ts'

/** How large a world is to be. */
export interface Size {
  readonly recipients: number
  readonly messages: number
  /** Of the one attachment each message has, kB of 1024 bytes; 0: none. */
  readonly attachmentKb: number
  /** So many of the recipients, the last ones, are clients of the first that are not delegated to its system user; none when left out. */
  readonly undelegated?: number
}

const day = 86_400_000
const years = 5 * 365 * day
/** Different words; the n-th is the rarer the larger n is, as in real letters. */
const vocabularySize = 20_000
const titleWords = 8
const bodyWords = 120

/** Services whose mail anybody may fetch; a sized world has no confidential mail. */
const services = resources.filter((resource) => resource.type === 'correspondenceservice' && !resource.confidential && !resource.mixed).slice(0, 10)

const syllables = ['an', 'be', 'dal', 'el', 'fri', 'gård', 'hol', 'inn', 'jul', 'kra', 'lø', 'mel', 'når', 'opp', 'på', 'rett', 'sta', 'ting', 'ut', 'vei', 'øy', 'ær', 'sko', 'brev', 'skatt', 'varsel', 'lag', 'krav', 'møt', 'trygd']

/** Invented words from one to four syllables; common words are short. */
function vocabulary(): readonly string[] {
  const words: string[] = []
  const seen = new Set<string>()
  for (let n = 0; words.length < vocabularySize; n += 1) {
    let word = ''
    for (let rest = n; ; rest = Math.floor(rest / syllables.length) - 1) {
      word = (syllables[rest % syllables.length] ?? '') + word
      if (rest < syllables.length) break
    }
    if (!seen.has(word)) words.push(word)
    seen.add(word)
  }
  return words
}

const words = vocabulary()

/** The common words of the vocabulary first: a search harness picks its words from it. */
export const sizedVocabulary: readonly string[] = words

/** A stream of numbers of one message: far cheaper to begin than `seededRandom`, because a large world begins a million of them. */
function stream(seed: number, index: number, part: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b) ^ Math.imul(part + 1, 0xc2b2ae35)) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Words as skewed as in letters: a few make up most of every text. */
function text(next: () => number, count: number): string {
  let result = ''
  for (let n = 0; n < count; n += 1) result += `${n === 0 ? '' : ' '}${words[Math.floor(vocabularySize * next() ** 4)] ?? ''}`
  return result
}

/** A GUID of version 7 with a time, the seed and a number in it: unlike from every other of the world. */
function guid(at: number, seed: number, index: number, part: number): string {
  const time = at.toString(16).padStart(12, '0')
  const number = index.toString(16).padStart(8, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${(part & 0xf).toString(16)}${(seed & 0xff).toString(16).padStart(2, '0')}-8${((seed >>> 8) & 0xfff).toString(16).padStart(3, '0')}-0000${number}`
}

/** Organisations with valid, synthetic numbers (they begin with 3). */
function parties(seed: number, count: number): readonly WorldParty[] {
  const random = seededRandom(seed, 'sized parties')
  const found: WorldParty[] = []
  for (let number = 310_000_000; found.length < count; number += 1) {
    const text = String(number)
    if (!isOrganisationNumber(text)) continue
    const place = found.length + 1
    found.push({
      urn: organisationUrn(text), number: text, name: `Bedrift ${String(place).padStart(4, '0')} AS`, kind: 'Organization', dateOfBirth: null, partyId: 51_000_000 + place,
      partyUuid: uuid(random), parentUrn: null, isDeleted: false,
    })
  }
  return found
}

/** Who may log in for the first recipient, and change the clients of its system user. */
function clientAdministrator(seed: number): WorldParty {
  const number = syntheticPersonNumber('1979-02-14', 100 + (Math.abs(seed) % 200))
  return {
    urn: `urn:altinn:person:identifier-no:${number}`, number, name: 'KLARA KLIENTADMINISTRATOR', kind: 'Person', dateOfBirth: '1979-02-14', partyId: 50_999_999, partyUuid: uuid(seededRandom(seed, 'sized person')), parentUrn: null,
    isDeleted: false,
  }
}

/** One text that all attachments are cut from: what differs is their first line. */
function attachmentText(kb: number): Buffer {
  const next = stream(7, 0, 9)
  let whole = ''
  while (whole.length < kb * 1024) whole += `${text(next, 12)}.\n`
  return Buffer.from(whole)
}

/** A letter of a sized world: its texts are made when they are asked for, so that a million of them fit into memory. */
class SizedMessage implements SentMessage {
  readonly dialogId: string
  readonly id: string
  readonly recipient: string
  readonly createdAt: number
  readonly #seed: number
  readonly #index: number
  readonly #size: Size
  readonly #pool: Buffer

  constructor(seed: number, index: number, recipient: string, createdAt: number, size: Size, pool: Buffer) {
    this.#seed = seed
    this.#index = index
    this.#size = size
    this.#pool = pool
    this.recipient = recipient
    this.createdAt = createdAt
    this.id = guid(createdAt, seed, index, 1)
    this.dialogId = guid(createdAt, seed, index, 2)
  }

  get #service() {
    const service = services[Math.floor(services.length * stream(this.#seed, this.#index, 2)())]
    if (service === undefined) throw new RangeError('A sized world needs services')
    return service
  }

  get resourceId(): string {
    return this.#service.id
  }
  get sender(): string {
    return organisationUrn(this.#service.owner.orgNumber)
  }
  get title(): string {
    return text(stream(this.#seed, this.#index, 3), titleWords)
  }
  get body(): string {
    return text(stream(this.#seed, this.#index, 4), bodyWords)
  }
  get requestedPublishAt(): number {
    return this.createdAt
  }
  get publishedAt(): number {
    return this.createdAt + 500
  }
  get dialogUpdatedAt(): number {
    return this.createdAt + 500
  }
  /** One letter in ten asks to be confirmed within two weeks. */
  get needsConfirmation(): boolean {
    return this.#index % 10 === 0
  }
  get dueAt(): number | null {
    return this.needsConfirmation ? this.createdAt + 14 * day : null
  }
  /** Nine of ten of those have been, by another system. */
  get alreadyConfirmed(): number | null {
    return this.needsConfirmation && this.#index % 100 !== 0 ? this.createdAt + 2 * day : null
  }
  get alreadyRead(): number | null {
    return this.#index % 5 === 4 ? null : this.createdAt + day
  }
  get alreadyFetched(): number | null {
    return this.alreadyRead
  }
  get attachments(): readonly SentAttachment[] {
    const { attachmentKb } = this.#size
    if (attachmentKb === 0) return []
    const index = this.#index
    return [
      {
        id: guid(this.createdAt, this.#seed, index, 3), fileName: `vedlegg-${String(index)}.txt`, displayName: null, sendersReference: '', dataType: 'text/plain', checksum: 'md5',
        createdAt: this.createdAt, expiresAt: null,
        content: () => {
          const content = Buffer.from(this.#pool.subarray(0, attachmentKb * 1024))
          content.write(`Vedlegg ${String(index)} ${String(this.#seed)}\n`)
          return Promise.resolve(content)
        },
      },
    ]
  }
  get externalReferences(): SentMessage['externalReferences'] {
    return [{ referenceValue: this.dialogId, referenceType: 'DialogportenDialogId' }]
  }
  readonly messageSender = ''
  readonly sendersReference = ''
  readonly language = 'nb'
  readonly summary = null
  readonly confidential = false
  readonly allowForwarding = false
  readonly ignoreReservation = false
  readonly altinn2Id = null
  get replyOptions(): readonly ReplyOption[] {
    return []
  }
  get propertyList(): SentMessage['propertyList'] {
    return {}
  }
  get alreadyDownloaded(): SentMessage['alreadyDownloaded'] {
    return []
  }
  readonly systemLabel = 'Default'
  readonly serviceOwnerLabel = true
  readonly transmissionOf = null
}

/**
 * A world of any size: letters over five years, spread unevenly over recipients and ten services, one in ten to be
 * confirmed. Made fast; texts and files are made when they are asked for.
 */
export function sizedWorld(size: Size): (seed: number, anchorAt: number) => World {
  return (seed, anchorAt) => {
    const recipients = parties(seed, size.recipients)
    const pool = attachmentText(size.attachmentKb)
    const recipientOf = (index: number): string => recipients[Math.floor(recipients.length * stream(seed, index, 1)() ** 1.5)]?.urn ?? ''
    const step = Math.max(1, Math.floor(years / Math.max(1, size.messages)))
    const messages = Array.from({ length: size.messages }, (_, index) => new SizedMessage(seed, index, recipientOf(index), anchorAt - (size.messages - index) * step, size, pool))
    const random = seededRandom(seed, 'sized system user')
    const delegated = recipients.slice(0, Math.max(1, recipients.length - (size.undelegated ?? 0)))
    const available = recipients.slice(delegated.length)
    const administrator = clientAdministrator(seed)
    return {
      name: 'sized',
      seed,
      anchorAt,
      parties: [...recipients, administrator],
      resources,
      identities: [
        {
          kind: 'system-user', organisation: recipients[0]?.number ?? '', systemId: '312345676_sized', systemUserId: uuid(random), vendorOrganisation: '312345676', clientId: uuid(random),
          rights: delegated.map(({ urn }) => ({ party: urn, resources: 'all' as const })), available: available.map(({ urn }) => urn),
        },
      ],
      persons: [{ urn: administrator.urn, rights: recipients.slice(0, 1).map(({ urn }) => ({ party: urn, resources: 'all' as const })) }],
      messages,
      otherDialogs: [],
      arrival: (n, at) => new SizedMessage(seed, size.messages + n, recipientOf(size.messages + n), at, size, pool),
    }
  }
}

