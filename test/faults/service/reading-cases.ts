import type { Fault } from '../../../main/localtest/faults.ts'
import { must } from '../../harness/profile.ts'
import { expect, Scene, worldMessages } from './scene.ts'

/** A case: its name and what happens in it; it throws what it did not find. */
export type Case = readonly [name: string, run: (seed: number) => Promise<void>]

/** A fault during the first sync; then the service is well, and everything must be there, once. */
const during = (name: string, fault: Partial<Fault> & Pick<Fault, 'kind'>, also: (scene: Scene) => Promise<void> = () => Promise.resolve()): Case => [
  name,
  async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      await scene.fault(fault)
      await scene.sync()
      await also(scene)
      await scene.recovers()
    } finally {
      await scene.end()
    }
  },
]

const overviews = '/correspondence/api/v1/correspondence/'
const download = '/download'
const dialogs = '/enduser/dialogs'

/** Nothing that was not a letter was taken for one. */
const nothingWrong = async (scene: Scene): Promise<void> => {
  for (const row of await scene.fetched()) {
    const { body } = await must(scene.engine, 'messages.show', { id: row.id })
    expect(body !== null && !body.includes('<form'), 'a page to sign in at was kept as a letter')
  }
}

const nothingFetched = async (scene: Scene): Promise<void> => {
  expect((await scene.fetched()).length === 0, 'a letter came without what must come before it')
}

/** What came in place of files was not kept as one. */
const noFile = async (scene: Scene): Promise<void> => {
  for (const row of await scene.fetched()) {
    const { attachments } = await must(scene.engine, 'messages.show', { id: row.id })
    expect(attachments.every((file) => file.state === 'wanted'), `a file is ${attachments.map((file) => file.state).join()}`)
  }
}

const isOverview = /\/correspondence\/[0-9a-f-]{36}$/

const requestsTo = async (scene: Scene, part: string): Promise<number> => (await scene.requests()).filter(({ url }) => url.includes(part)).length

export const readingCases: readonly Case[] = [
  during('429 with seconds on search', { kind: 'too-many-seconds', path: dialogs, times: 1, ms: 1000 }),
  during('429 with a date on overviews', { kind: 'too-many-date', path: overviews, times: 2, ms: 1500 }),
  ['429 for an hour is obeyed', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      await scene.fault({ kind: 'too-many-seconds', path: overviews, ms: 3_600_000 })
      await scene.sync()
      const asked = await requestsTo(scene, overviews)
      expect((await scene.fetched()).length === 0 && asked <= worldMessages, 'the service was asked again and again')
      await scene.well()
      await scene.sync()
      expect((await requestsTo(scene, overviews)) === asked, 'the service was asked before the hour was over')
    } finally {
      await scene.end()
    }
  }],
  during('503 in maintenance', { kind: 'maintenance', times: 3, ms: 1000 }),
  during('503 all the time', { kind: 'maintenance', ms: 600_000 }, async (scene) => {
    const { accounts } = await must(scene.engine, 'sync.state', {})
    expect(accounts[0]?.trouble === 'service' || accounts[0]?.trouble === 'offline', `the trouble told is ${String(accounts[0]?.trouble)}`)
    // Ten minutes were named: until then no wish of a person's brings a request about; a program that starts anew asks.
    await scene.well()
    const asked = (await scene.requests()).length
    await scene.sync()
    expect((await scene.requests()).length === asked, 'a service that asked to wait was asked before its time')
    await scene.restart()
  }),
  during('500 with an empty body on overviews', { kind: 'error-empty', path: overviews, times: 5 }),
  during('500 with an empty body on everything', { kind: 'error-empty' }),
  during('403 whose connection drops', { kind: 'forbidden-dropped', path: overviews, times: 4 }),
  during('files cut short', { kind: 'cut-short', path: download, times: 5 }),
  during('letters cut short', { kind: 'cut-short', path: overviews, times: 5 }),
  during('a search cut short', { kind: 'cut-short', path: dialogs, times: 1 }),
  during('slow drip of files', { kind: 'drip', path: download, ms: 20 }),
  during('slow drip of letters', { kind: 'drip', path: overviews, ms: 10, times: 6 }),
  during('silence on letters', { kind: 'silence', path: overviews, ms: 5000, times: 2 }),
  during('silence on files', { kind: 'silence', path: download, ms: 5000, times: 2 }),
  during('files shorter than they say', { kind: 'wrong-length', times: 4 }),
  ['files that do not fit their checksum', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      await scene.fault({ kind: 'wrong-checksum', times: 4 })
      await scene.sync()
      const kept = await Promise.all((await scene.fetched()).map(async (row) => (await must(scene.engine, 'messages.show', { id: row.id })).attachments[0]))
      expect(kept.filter((file) => file?.state === 'wanted' && file.reason === 'checksum').length === 4, 'a file that does not fit was kept')
      expect(kept.filter((file) => file?.state === 'stored').length === worldMessages - 4, 'a good file was not kept')
    } finally {
      await scene.end()
    }
  }],
  during('web pages in place of letters', { kind: 'html', path: overviews, times: 6 }, nothingWrong),
  during('web pages in place of files', { kind: 'html', path: download, times: 6 }),
  during('web pages in place of everything', { kind: 'html' }, nothingWrong),
  during('letters of another shape', { kind: 'schema', path: overviews, times: 5 }, nothingWrong),
  during('a search of another shape', { kind: 'schema', path: dialogs, times: 1 }),
  during('a list of another shape', { kind: 'schema', path: '/api/v1/correspondence', times: 3 }),
  during('tokens that expire', { kind: 'expired-token', times: 6 }),
  during('tokens that are always refused', { kind: 'expired-token' }, async (scene) => {
    expect((await must(scene.engine, 'sync.state', {})).accounts[0]?.trouble === 'sign-in', 'signing in is not asked for')
  }),
  during('Dialogporten gone', { kind: 'dialogporten-gone' }, async (scene) => {
    expect((await scene.fetched()).length === 0, 'letters came without Dialogporten')
  }),
  during('no list of recipients', { kind: 'error-empty', path: '/enduser/parties', times: 3 }, nothingFetched),
  during('a web page in place of the list of recipients', { kind: 'html', path: '/enduser/parties' }, nothingFetched),
  during('Maskinporten answers with a web page', { kind: 'html', path: '/maskinporten' }, nothingFetched),
  during('the exchange of tokens answers 500', { kind: 'error-empty', path: '/authentication' }, nothingFetched),
  ['while the registry is silent every letter is first seen by details, which ends no reminder', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      await scene.fault({ kind: 'error-empty', path: '/resourceregistry' })
      await scene.sync()
      await scene.whole()
      const asked = await scene.requests()
      expect(asked.filter(({ url }) => url.endsWith('/details')).length === worldMessages, 'a letter was not first seen by details')
      expect(!asked.some(({ url }) => isOverview.test(url)), 'a letter was seen by an overview')
    } finally {
      await scene.end()
    }
  }],
  during('look-ups cut short', { kind: 'cut-short', path: '/dialoglookup', times: 4 }),
  during('web pages in place of look-ups', { kind: 'html', path: '/dialoglookup', times: 4 }),
  during('silence on a search', { kind: 'silence', path: dialogs, ms: 5000, times: 1 }),
  during('a search that drips', { kind: 'drip', path: dialogs, ms: 5, times: 1 }),
  during('redirects in place of files', { kind: 'redirect', path: download }, noFile),
  during('files answered with 500', { kind: 'error-empty', path: download }, noFile),
  ['files come one by one, never as a zip', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      const files = Array.from({ length: 5 }, (_, n) => ({ fileName: `vedlegg-${String(n)}.txt`, contentBase64: Buffer.from(`Vedlegg ${String(n)} `.repeat(3000)).toString('base64') }))
      const correspondenceId = await scene.send({ title: 'Fem vedlegg', body: 'Se vedleggene', attachments: files })
      await scene.fault({ kind: 'cut-short', path: download, times: 3 })
      const id = await scene.arrives(correspondenceId)
      await scene.well()
      for (let n = 0; n < 4; n += 1) {
        await new Promise((resolve) => setTimeout(resolve, 60))
        await scene.sync()
      }
      const { attachments } = await must(scene.engine, 'messages.show', { id })
      expect(attachments.length === 5 && attachments.every((file) => file.state === 'stored'), `the files are ${attachments.map((file) => file.state).join()}`)
      expect((await requestsTo(scene, 'downloadall')) === 0 && (await requestsTo(scene, 'zip')) === 0, 'the zip of all files was asked for')
    } finally {
      await scene.end()
    }
  }],
  during('an empty search', { kind: 'empty' }),
  ['an empty search later takes nothing away', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      await scene.sync()
      await scene.fault({ kind: 'empty' })
      await scene.sync()
      await scene.whole()
      const { rows } = await must(scene.engine, 'messages.list', { view: 'all', limit: 100 })
      expect(rows.every((row) => row.removedAt === null), 'a letter counts as removed')
    } finally {
      await scene.end()
    }
  }],
  ['no access to one recipient does not hold up the others', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      const party = `urn:altinn:organization:identifier-no:${scene.altinn.altinn.client.organisation}`
      await scene.fault({ kind: 'no-access', party })
      const { summary } = await scene.sync()
      const all = (await must(scene.engine, 'messages.list', { view: 'all', limit: 100 })).rows
      const others = all.filter((row) => row.party !== party)
      expect(others.length > 0 && others.every((row) => row.state === 'fetched'), 'another recipient was held up')
      expect(all.filter((row) => row.party === party).every((row) => row.state !== 'fetched'), 'a letter came without a right to it')
      expect(summary.failed === 0, 'a missing right counts as a failure')
      await scene.recovers()
    } finally {
      await scene.end()
    }
  }],
]
