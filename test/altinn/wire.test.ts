import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { acceptedWire, detailsWire, listWire, overviewWire } from '../../main/altinn/correspondence-wire.ts'
import { readSearchPage } from '../../main/altinn/dialogporten.ts'
import { correspondenceIdOf, lookupWire, partiesWire } from '../../main/altinn/dialogporten-wire.ts'
import { pathOf, type Recording, recordingsOf } from '../contract/recordings.ts'

const correspondence = '/correspondence/api/v1/correspondence'
const enduser = '/dialogporten/api/v1/enduser'

const recordedPage = z.object({ items: z.array(z.unknown()), hasNextPage: z.boolean() })

/** Bodies recorded as length and checksum only (one list of 1000 ids) hold nothing to read. */
const isDigest = (body: unknown): boolean => typeof body === 'object' && body !== null && 'sha256' in body

const answered = (service: 'correspondence' | 'dialogporten', method: string, path: RegExp): readonly Recording[] =>
  recordingsOf(service).filter((recorded) =>
    recorded.response.status === 200 && recorded.request.method === method && path.test(pathOf(recorded)) && !isDigest(recorded.response.body))

const cases: readonly (readonly [string, z.ZodType, readonly Recording[], number])[] = [
  ['list', listWire, answered('correspondence', 'GET', new RegExp(`^${correspondence}$`)), 30],
  ['overview', overviewWire, answered('correspondence', 'GET', new RegExp(`^${correspondence}/[0-9a-f-]+$`)), 35],
  ['details', detailsWire, answered('correspondence', 'GET', new RegExp(`^${correspondence}/[0-9a-f-]+/details$`)), 8],
  ['markasread and confirm', acceptedWire, answered('correspondence', 'POST', /\/(markasread|confirm)$/), 3],
  ['parties', partiesWire, answered('dialogporten', 'GET', new RegExp(`^${enduser}/parties$`)), 1],
  ['dialoglookup', lookupWire, answered('dialogporten', 'GET', new RegExp(`^${enduser}/dialoglookup$`)), 3],
]

describe.each(cases)('%s', (_, schema, recordings, least) => {
  it(`has at least ${String(least)} recordings to be proven by`, () => {
    expect(recordings.length).toBeGreaterThanOrEqual(least)
  })
  it.each(recordings)('reads $name', ({ response }) => {
    expect(schema.safeParse(response.body).error).toBeUndefined()
  })
})

describe('search', () => {
  const recordings = answered('dialogporten', 'GET', new RegExp(`^${enduser}/dialogs$`))
  it('has at least 70 recordings to be proven by', () => {
    expect(recordings.length).toBeGreaterThanOrEqual(70)
  })
  it.each(recordings)('reads every dialog of $name', ({ response }) => {
    const { items, hasNextPage } = recordedPage.parse(response.body)
    const page = readSearchPage(JSON.stringify(response.body))
    expect(page).toMatchObject({ value: { rejected: [], hasNextPage } })
    expect('value' in page && page.value.items.length).toBe(items.length)
  })
})

describe('correspondenceIdOf', () => {
  const lookup = lookupWire.parse(answered('dialogporten', 'GET', /\/dialoglookup$/)[0]?.response.body)
  it('names the correspondence', () => {
    const instanceRef = 'urn:altinn:correspondence-id:00000000-0000-4000-8000-0000000000AB'
    expect(correspondenceIdOf({ ...lookup, instanceRef })).toBe('00000000-0000-4000-8000-0000000000ab')
  })
  it.each([`urn:altinn:dialog-id:${lookup.dialogId}`, 'urn:altinn:correspondence-id:other', ''])('is null for «%s»', (instanceRef) => {
    expect(correspondenceIdOf({ ...lookup, instanceRef })).toBeNull()
  })
})

it('an answer that does not fit is told apart by its key', () => {
  const [first] = answered('correspondence', 'GET', new RegExp(`^${correspondence}/[0-9a-f-]+$`))
  const broken = { ...overviewWire.parse(first?.response.body), isConfirmationNeeded: 'yes' }
  expect(overviewWire.safeParse(broken).error?.issues.map(({ path }) => path)).toEqual([['isConfirmationNeeded']])
})
