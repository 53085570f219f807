import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { enduser, Service } from '../localtest/service.ts'
import { recordedWorld } from './world.ts'

// dialogporten/300-change-matrix.json and dialogporten/465-change-matrix-more.json
const folder = join(import.meta.dirname, 'recorded', 'dialogporten')
const matrix = z
  .object({ rows: z.array(z.object({ change: z.string(), pickedUpBy: z.record(z.string(), z.boolean()), changed: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])) })) })
  .parse(JSON.parse(readFileSync(join(folder, '300-change-matrix.json'), 'utf8')))
const more = z
  .object({ steps: z.tuple([z.object({ rows: z.array(z.looseObject({ change: z.string(), response: z.number() })) })]) })
  .parse(JSON.parse(readFileSync(join(folder, '465-change-matrix-more.json'), 'utf8'))).steps[0].rows

const party = 'urn:altinn:organization:identifier-no:310000108'
const day = 86_400_000

/** How a dialog is made and what happens to it: calls as its user, or at the side door; `{id}` and `{message}` are its ids. */
interface Change {
  readonly sent?: Readonly<Record<string, unknown>>
  readonly before?: readonly Step[]
  readonly act: readonly Step[]
}
type Step = readonly [method: string, path: string, body?: unknown] | { readonly waitMs: number }

const see: Step = ['GET', `${enduser}/dialogs/{id}`]
const label = (...addLabels: readonly string[]): Step => ['PUT', `${enduser}/dialogs/{id}/context/systemlabels`, { addLabels }]
const owner = (body: object): Step => ['POST', '/localtest/dialogs/{id}', body]
const silently = (body: object): Step => owner({ silent: true, ...body })
const colleague = (body: object): Step => ['POST', '/localtest/colleague', body]
const files = { attachments: [1, 2].map((n) => ({ fileName: `${String(n)}.pdf`, dataType: 'application/pdf', contentBase64: 'aGVp' })) }
const toConfirm = { needsConfirmation: true, dueAt: new Date(Date.now() + 20 * day).toISOString() }
const title = { change: { title: 'Ny tittel' } }
const information = { activity: { type: 'Information', description: 'i' } }
const transmission = { transmission: { title: 'Ny' } }

const changes: Readonly<Record<string, Change>> = {
  'end user GET dialog (seen)': { act: [see] },
  'end user GET dialog the second time': { before: [see], act: [see] },
  'GET by another user after the first': { before: [see], act: [colleague({ does: 'see', dialog: '{id}' })] },
  'GET transmissions list': { act: [['GET', `${enduser}/dialogs/{id}/transmissions`]] },
  'GET activities': { act: [['GET', `${enduser}/dialogs/{id}/activities`]] },
  'GET seenlog': { act: [['GET', `${enduser}/dialogs/{id}/seenlog`]] },
  'label Archive': { act: [label('Archive')] },
  'label Bin': { act: [label('Bin')] },
  'label MarkedAsUnopened on a seen dialog': { before: [see], act: [label('MarkedAsUnopened')] },
  'GET of a dialog marked as unopened': { before: [see, label('MarkedAsUnopened')], act: [see] },
  'service owner: activity Information': { act: [owner(information)] },
  'service owner: activity CorrespondenceOpened, silent (as altinn-correspondence)': { act: [colleague({ does: 'read', message: '{message}' }), { waitMs: 500 }] },
  'service owner: activity CorrespondenceConfirmed, silent': { act: [silently({ activity: { type: 'CorrespondenceConfirmed' } })] },
  'service owner: new transmission': { act: [owner(transmission)] },
  'service owner: new transmission, silent': { act: [silently(transmission)] },
  'service owner: new transmission on a seen and archived dialog': { before: [see, label('Archive')], act: [{ waitMs: 50 }, owner(transmission)] },
  'patch status + remove confirm action, silent (as altinn-correspondence on confirm)': { sent: toConfirm, act: [silently({ change: { status: 'NotApplicable' } })] },
  'patch status, not silent': { sent: toConfirm, act: [owner({ change: { status: 'NotApplicable' } })] },
  'patch dueAt': { act: [owner({ change: { dueAt: new Date(Date.now() + 20 * day).toISOString() } })] },
  'patch progress': { act: [owner({ change: { progress: 50 } })] },
  'patch extendedStatus': { act: [owner({ change: { extendedStatus: { code: 'rec:ny', text: 'Ny' } } })] },
  'patch content title': { act: [owner(title)] },
  'patch content title, silent': { act: [silently(title)] },
  'patch searchTags': { act: [owner({ change: { searchTags: ['merke'] } })] },
  'patch remove attachments': { sent: files, act: [owner({ change: { withoutAttachments: true } })] },
  'patch remove attachments, silent': { sent: files, act: [silently({ change: { withoutAttachments: true } })] },
  'patch with the same values (no change)': { act: [owner({ change: { title: 'Melding' } })] },
  'patch expiresAt one day ahead': { act: [owner({ change: { expiresAt: new Date(Date.now() + 20 * day).toISOString() } })] },
  'expiresAt passes': { before: [silently({ change: { expiresAt: new Date(Date.now() + 5 * day).toISOString() } })], act: [{ waitMs: 6 * day }] },
  'visibleFrom is reached': { sent: { publishInSeconds: 3600 }, act: [{ waitMs: 3_600_000 }] },
  'not silent patch of an archived dialog': { before: [label('Archive')], act: [owner(title)] },
  'not silent patch of a binned dialog': { before: [label('Bin')], act: [owner({ change: { progress: 50 } })] },
  'silent patch of an archived dialog': { before: [label('Archive')], act: [silently(title)] },
  'activity (not silent) on an archived dialog': { before: [label('Archive')], act: [owner(information)] },
  'service owner sets label Archive for the end user': { act: [colleague({ does: 'label', dialog: '{id}', addLabels: ['Archive'] })] },
  'soft delete': { act: [['DELETE', '/localtest/dialogs/{id}']] },
  'soft delete and restore': { act: [['DELETE', '/localtest/dialogs/{id}'], ['POST', '/localtest/dialogs/{id}/restore']] },
  purge: { act: [['POST', '/localtest/dialogs/{id}/erase']] },
}
/** Changes that nobody can make here. */
const impossible: readonly string[] = ['patch externalReference (search by id)', 'freeze']

const moreChanges: Readonly<Record<string, Change>> = {
  externalReference: { act: [owner({ change: { externalReference: 'ny' } })] },
  'transmission from the party (Submission)': { act: [owner({ transmission: { title: 'Innsending', type: 'Submission', by: 'PartyRepresentative' } })] },
  'bulk label by another user': { act: [['POST', `${enduser}/dialogs/context/systemlabels/actions/bulkset`, { dialogs: [{ dialogId: '{id}' }], addLabels: ['Bin'] }]] },
  'GET by end user, dialog archived': { before: [label('Archive')], act: [see] },
}

let altinn: Service
beforeAll(async () => {
  altinn = new Service({ world: recordedWorld, durable: false })
  await altinn.start()
})
afterAll(async () => {
  await altinn.end()
})

type Snapshot = Readonly<Record<string, unknown>>
interface Item {
  readonly id: string
  readonly seenSinceLastUpdate: readonly unknown[]
  readonly seenSinceLastContentUpdate: readonly unknown[]
  readonly latestActivity?: { readonly type: string }
  readonly endUserContext: { readonly revision: string; readonly systemLabels: readonly string[] }
  readonly [key: string]: unknown
}

async function find(id: string, more = ''): Promise<Item | undefined> {
  return (await altinn.get<{ items: Item[] }>(`${enduser}/dialogs?party=${party}&limit=1000${more}`)).items.find((item) => item.id === id)
}

/** What the recording kept of a dialog between two changes. */
async function snapshot(id: string): Promise<Snapshot> {
  const item = await find(id)
  if (item === undefined) return { inSearch: false }
  const kept = ['createdAt', 'updatedAt', 'contentUpdatedAt', 'status', 'dueAt', 'isContentSeen', 'hasUnopenedContent'].map((name) => [name, item[name] ?? null] as const)
  return {
    ...Object.fromEntries(kept), inSearch: true, systemLabels: item.endUserContext.systemLabels, endUserContextRevision: item.endUserContext.revision, seenSinceLastUpdate: item.seenSinceLastUpdate.length,
    seenSinceLastContentUpdate: item.seenSinceLastContentUpdate.length, latestActivity: item.latestActivity?.type ?? null, dialogRevision: altinn.altinn.state.dialogs.get(id)?.revision,
  }
}

/** The same change to a new dialog; what it was before and after, and which filters find it by a time in between. */
async function make({ sent = {}, before = [], act }: Change): Promise<{ readonly was: Snapshot; readonly is: Snapshot; readonly foundBy: Readonly<Record<string, boolean>> }> {
  const { dialogId, correspondenceId } = (await altinn.call('POST', '/localtest/send', { recipient: party, resourceId: 'rec-main', title: 'Melding', body: 'b', ...sent })).body as { dialogId: string; correspondenceId: string }
  altinn.offset += 6000
  const filled = (text: string): string => text.replaceAll('{id}', dialogId).replaceAll('{message}', correspondenceId)
  const run = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      if ('waitMs' in step) {
        altinn.offset += step.waitMs
        if (step.waitMs > 60_000) await altinn.signIn()
      } else {
        const [method, path, body] = step
        const answer = await altinn.call(method, filled(path), body === undefined ? undefined : filled(JSON.stringify(body)))
        expect([path, answer.status < 300]).toEqual([path, true])
      }
    }
  }
  await run(before)
  altinn.offset += 200
  const was = await snapshot(dialogId)
  const between = new Date(altinn.now).toISOString()
  altinn.offset += 200
  await run(act)
  const is = await snapshot(dialogId)
  const foundBy = Object.fromEntries(await Promise.all(['createdAfter', 'updatedAfter', 'contentUpdatedAfter'].map(async (filter) => [filter, (await find(dialogId, `&${filter}=${between}`)) !== undefined] as const)))
  return { was, is, foundBy }
}

const moved = (was: Snapshot, is: Snapshot): readonly string[] => Object.keys({ ...was, ...is }).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name])).sort()
const isPlain = (value: unknown): boolean => typeof value === 'boolean' || typeof value === 'number' || (typeof value === 'string' && !/\d{4}-/.test(value)) || (Array.isArray(value) && typeof value[0] === 'string')

describe('which change moves what, and which filter finds it, as recorded', () => {
  it('every change of the recording is made here, or named as one that nobody can make', () => {
    expect(matrix.rows.map(({ change }) => change).filter((change) => changes[change] === undefined).sort()).toEqual([...impossible].sort())
  })

  it.each(matrix.rows.filter(({ change }) => changes[change] !== undefined))('$change', async ({ change, changed, pickedUpBy }) => {
    const { was, is, foundBy } = await make(changes[change] ?? { act: [] })
    expect(foundBy).toEqual(pickedUpBy)
    if ('inSearch' in changed) {
      expect([was['inSearch'], is['inSearch']]).toEqual(changed['inSearch'])
      return
    }
    expect(moved(was, is)).toEqual(Object.keys(changed).sort())
    const values = Object.entries(changed).filter(([, [from, to]]) => isPlain(from) && isPlain(to))
    expect(Object.fromEntries(values.map(([name]) => [name, [was[name], is[name]]]))).toEqual(Object.fromEntries(values))
  })

  it.each(more.filter(({ change }) => moreChanges[change] !== undefined))('$change', async (row) => {
    const { was, is } = await make(moreChanges[row.change] ?? { act: [] })
    const pair = (name: string): readonly unknown[] => [was[name], is[name]]
    expect({
      updatedAtMoved: was['updatedAt'] !== is['updatedAt'], contentUpdatedAtMoved: was['contentUpdatedAt'] !== is['contentUpdatedAt'], isContentSeen: pair('isContentSeen'), hasUnopenedContent: pair('hasUnopenedContent'),
      systemLabels: pair('systemLabels'), endUserContextRevisionMoved: was['endUserContextRevision'] !== is['endUserContextRevision'],
    }).toEqual(Object.fromEntries(['updatedAtMoved', 'contentUpdatedAtMoved', 'isContentSeen', 'hasUnopenedContent', 'systemLabels', 'endUserContextRevisionMoved'].map((name) => [name, row[name]])))
  })
})
