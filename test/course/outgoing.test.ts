import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { SentMessage } from '../../main/localtest/world/model.ts'
import { noDesk } from '../../main/engine/desk.ts'
import { dialogIdOf, letter, letterId, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'

let course: Course | null = null
afterEach(async () => {
  await course?.end()
  course = null
})

const day = 86_400_000
const begin = async (letters: (at: number) => readonly SentMessage[]): Promise<Course> => {
  course = await Course.begin(smallWorld(letters))
  await course.consent()
  await course.sync()
  return course
}
const row = async (one: Course, n: number) => {
  const { id } = await one.call('messages.find', { id: letterId(n) })
  if (id === null) throw new Error('There is no such message')
  return await one.call('messages.show', { id })
}
const idOf = async (one: Course, n: number): Promise<number> => (await row(one, n)).id
const settled = async (one: Course, uuid: string) => await one.call('receipts.wait', { uuid, timeoutMs: 10_000 })
const labelsOf = (one: Course, n: number): readonly string[] => one.altinn.state.dialogs.get(dialogIdOf(n))?.labels ?? []

describe('moving a letter', () => {
  it('shows at once, can be undone, and reaches Altinn once', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    const waits = await one.call('receipts.label', { id: await idOf(one, 1), to: 'archive', waitMs: 60_000 })
    expect(await row(one, 1)).toMatchObject({ archived: true, moveReceipt: { kind: 'archive', state: 'waiting' } })
    await one.call('receipts.undo', { uuid: waits.uuid })
    expect(await row(one, 1)).toMatchObject({ archived: false, moveReceipt: { state: 'undone' } })
    expect(labelsOf(one, 1)).toEqual(['Default'])
    const sent = await one.call('receipts.label', { id: await idOf(one, 1), to: 'archive', waitMs: 0 })
    expect(await settled(one, sent.uuid)).toMatchObject({ state: 'proven', attempts: 1 })
    expect(labelsOf(one, 1)).toEqual(['Archive'])
    expect(await one.call('messages.counts', {})).toMatchObject({ inbox: 0, archive: 1 })
    const back = await one.call('receipts.label', { id: await idOf(one, 1), to: 'inbox', waitMs: 0 })
    expect((await settled(one, back.uuid)).state).toBe('proven')
    expect(labelsOf(one, 1)).toEqual(['Default'])
    expect(await row(one, 1)).toMatchObject({ archived: false, binned: false })
  })

  it('a later word takes the place of one that still waits', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    const first = await one.call('receipts.label', { id: await idOf(one, 1), to: 'archive', waitMs: 60_000 })
    const second = await one.call('receipts.label', { id: await idOf(one, 1), to: 'bin', waitMs: 0 })
    expect((await settled(one, first.uuid)).state).toBe('undone')
    expect((await settled(one, second.uuid)).state).toBe('proven')
    expect(labelsOf(one, 1)).toEqual(['Bin'])
    expect(await row(one, 1)).toMatchObject({ archived: false, binned: true })
  })

  it('after a colleague moved it, it is looked at and moved all the same', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.door('colleague', { does: 'label', dialog: dialogIdOf(1), addLabels: ['Bin'] })
    const sent = await one.call('receipts.label', { id: await idOf(one, 1), to: 'archive', waitMs: 0 })
    expect(await settled(one, sent.uuid)).toMatchObject({ state: 'proven', attempts: 2 })
    expect(labelsOf(one, 1)).toEqual(['Archive'])
  })

  it('a refusal comes back with the reason, and the row lies where it lay', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.door(`dialogs/${dialogIdOf(1)}`, null, 'DELETE')
    await one.engine.close()
    one.options = { outboxRules: { birthMs: 0, retryMs: [10] } }
    await one.startEngine()
    const sent = await one.call('receipts.label', { id: await idOf(one, 1), to: 'archive', waitMs: 0 })
    expect(await settled(one, sent.uuid)).toMatchObject({ state: 'refused', reason: 'not-found' })
    expect((await row(one, 1)).archived).toBe(false)
    expect(await one.call('messages.counts', {})).toMatchObject({ inbox: 1, outgoing: { open: 0, refused: 1 } })
  })

  it('asked for offline it goes after a restart', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    one.altinn.pause()
    const sent = await one.call('receipts.label', { id: await idOf(one, 1), to: 'archive', waitMs: 0 })
    expect((await one.call('receipts.wait', { uuid: sent.uuid, timeoutMs: 300 })).state).not.toBe('proven')
    await one.engine.close()
    one.altinn.resume()
    await one.startEngine()
    expect(await row(one, 1)).toMatchObject({ archived: true })
    expect((await settled(one, sent.uuid)).state).toBe('proven')
    expect(labelsOf(one, 1)).toEqual(['Archive'])
  })
})

describe('deleting a letter at Altinn', () => {
  it('is done once, and the copy here stays', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    const sent = await one.call('receipts.purge', { id: await idOf(one, 1), waitMs: 0 })
    expect((await settled(one, sent.uuid)).state).toBe('proven')
    expect(one.effects(letterId(1))).toEqual(['Fetched', 'PurgedByRecipient'])
    const kept = await row(one, 1)
    expect(kept.body).toBe('Innhold i brev 1')
    expect(kept.removedAt).not.toBeNull()
    await one.sync()
    expect((await row(one, 1)).removedAt).not.toBeNull()
  })

  it('waits for a needed confirmation', async () => {
    const one = await begin((at) => [letter(1, at - day, { needsConfirmation: true, dueAt: at + day })])
    expect(await one.engine.call('receipts.purge', { id: await idOf(one, 1), waitMs: 0 })).toMatchObject({ ok: false, error: { code: 'confirm-first' } })
    const confirmed = await one.call('receipts.confirm', { id: await idOf(one, 1), waitMs: 0, versionShown: null })
    expect((await settled(one, confirmed.uuid)).state).toBe('proven')
    const sent = await one.call('receipts.purge', { id: await idOf(one, 1), waitMs: 0 })
    expect((await settled(one, sent.uuid)).state).toBe('proven')
  })

  it('a cut line is asked again, and what the first request did counts as ours', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.door('faults', { kind: 'cut-short', path: '/purge', times: 1 })
    const sent = await one.call('receipts.purge', { id: await idOf(one, 1), waitMs: 0 })
    expect(await settled(one, sent.uuid)).toMatchObject({ state: 'proven', attempts: 2 })
    expect(one.effects(letterId(1)).filter((status) => status === 'PurgedByRecipient')).toHaveLength(1)
  })

  it('one that a colleague deleted is told as done by somebody else', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.door('colleague', { does: 'purge', message: letterId(1) })
    const sent = await one.call('receipts.purge', { id: await idOf(one, 1), waitMs: 0 })
    expect((await settled(one, sent.uuid)).state).toBe('done-elsewhere')
  })
})

describe('forwarding a letter', () => {
  it('needs the sender\'s leave and that it was reported as read, and goes once to an address', async () => {
    const one = await begin((at) => [letter(1, at - day, { allowForwarding: true }), letter(2, at - day)])
    const request = { to: 'kari@eksempel.example', text: 'Til deg', waitMs: 0 }
    expect(await one.engine.call('receipts.forward', { id: await idOf(one, 2), ...request })).toMatchObject({ ok: false, error: { code: 'not-possible' } })
    expect(await one.engine.call('receipts.forward', { id: await idOf(one, 1), ...request })).toMatchObject({ ok: false, error: { code: 'read-first' } })
    const read = await one.call('receipts.read', { id: await idOf(one, 1), waitMs: 0, versionShown: null })
    await settled(one, read.uuid)
    const sent = await one.call('receipts.forward', { id: await idOf(one, 1), ...request })
    expect(await settled(one, sent.uuid)).toMatchObject({ state: 'proven', forwardTo: 'kari@eksempel.example' })
    const again = await one.call('receipts.forward', { id: await idOf(one, 1), ...request })
    expect((await settled(one, again.uuid)).state).toBe('done-elsewhere')
  })

  it('that was refused is asked for anew with what was typed, as a receipt of its own, and only one at a time', async () => {
    const one = await begin((at) => [letter(1, at - day, { allowForwarding: true, alreadyRead: at - day / 2, alreadyFetched: at - day / 2 })])
    const id = await idOf(one, 1)
    // An ending that the service takes for none.
    const first = await one.call('receipts.forward', { id, to: 'kari@eksempel.internasjonalisering', text: 'Til deg', waitMs: 0 })
    expect(await settled(one, first.uuid)).toMatchObject({ state: 'refused', reason: 'address' })
    expect(await one.call('receipts.outgoing', { limit: 10 })).toMatchObject({ rows: [{ uuid: first.uuid, forwardTo: 'kari@eksempel.internasjonalisering', forwardText: 'Til deg' }] })
    const second = await one.call('receipts.forward', { id, to: 'kari@eksempel.example', text: 'Til deg', waitMs: 60_000 })
    expect(second.uuid).not.toBe(first.uuid)
    expect(await one.engine.call('receipts.forward', { id, to: 'ola@eksempel.example', text: null, waitMs: 0 })).toMatchObject({ ok: false, error: { code: 'not-possible' } })
    await one.call('receipts.undo', { uuid: second.uuid })
    const third = await one.call('receipts.forward', { id, to: 'kari@eksempel.example', text: 'Til deg', waitMs: 0 })
    expect((await settled(one, third.uuid)).state).toBe('proven')
    expect(await one.call('messages.counts', {})).toMatchObject({ outgoing: { open: 0, refused: 0 } })
  })

  it('where nobody knows whether an e-mail went out, a person decides', async () => {
    const one = await begin((at) => [letter(1, at - day, { allowForwarding: true, alreadyRead: at - day / 2, alreadyFetched: at - day / 2 })])
    await one.door('faults', { kind: 'cut-short', path: '/forward', times: 1 })
    const sent = await one.call('receipts.forward', { id: await idOf(one, 1), to: 'ola@eksempel.example', text: null, waitMs: 0 })
    expect(await settled(one, sent.uuid)).toMatchObject({ state: 'undecided', attempts: 1 })
    expect(await one.call('receipts.give-up', { uuid: sent.uuid })).toMatchObject({ state: 'refused', reason: 'given-up' })
  })
})

describe('a receipt', () => {
  it('is saved as a PDF with who, when and what Altinn says', async () => {
    const one = await begin((at) => [letter(1, at - day)])
    await one.engine.close()
    const path = join(one.folder, 'kvittering.pdf')
    const names: string[] = []
    await one.startEngine({ ...noDesk, saveTarget: (name) => { names.push(name); return Promise.resolve({ path }) } })
    const read = await one.call('receipts.read', { id: await idOf(one, 1), waitMs: 0, versionShown: null })
    await settled(one, read.uuid)
    expect(await one.call('receipts.save', { uuid: read.uuid, language: 'nb' })).toEqual({ path })
    expect(names).toEqual([`Kvittering-${letterId(1)}.pdf`])
    expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-')
    expect(await one.call('receipts.outgoing', { limit: 10 })).toMatchObject({ rows: [{ kind: 'read', person: 'kari', accountName: 'Fjordregnskap', title: 'Brev 1' }] })
  })
})

describe('the list of what was told to Altinn', () => {
  it('is saved as a spreadsheet and as a PDF, whole or one part of it, and titles stay hidden where the list hides them', async () => {
    const one = await begin((at) => [letter(1, at - day, { title: '=HYPERLINK("x";1)' }), letter(2, at - 2 * day), letter(3, at - 3 * day)])
    await one.engine.close()
    const names: string[] = []
    let path: string | null = join(one.folder, 'liste.csv')
    await one.startEngine({ ...noDesk, saveTarget: (name) => { names.push(name); return Promise.resolve(path === null ? null : { path }) } })
    const read = await one.call('receipts.read', { id: await idOf(one, 1), waitMs: 0, versionShown: null })
    await settled(one, read.uuid)
    await one.call('receipts.label', { id: await idOf(one, 2), to: 'archive', waitMs: 60_000 })
    const lines = () => readFileSync(path ?? '', 'utf8').split('\r\n').slice(0, -1)

    expect(await one.call('receipts.save-list', { format: 'csv', group: 'all', language: 'nb' })).toEqual({ path, count: 2 })
    expect(names[0]).toMatch(/^Utgående-\d{4}-\d\d-\d\d\.csv$/)
    expect([...readFileSync(path).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const [head = '', waiting = '', done = '', ...more] = lines()
    expect(more).toEqual([])
    expect(head.slice(1).split(';').slice(0, 8)).toEqual(['Handling', 'Status', 'Grunn', 'Tittel', 'Avsender', 'Mottaker', 'Org.nr.', 'Sendt til'])
    expect(waiting).toMatch(/^Flytt til arkivet;Venter på å bli sendt;;Brev 2;/)
    // What a spreadsheet would take for a formula is text.
    expect(done).toContain(`Meld som lest;Registrert i Altinn;;"'=HYPERLINK(""x"";1)";`)
    expect(done).toMatch(new RegExp(`;kari;Fjordregnskap;\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d;.*;HTTP 200;1;.*;${letterId(1)};${read.uuid}$`))

    const { party } = read
    expect(await one.call('receipts.save-list', { format: 'csv', group: 'waiting', party, language: 'en' })).toMatchObject({ count: 1 })
    expect(lines()).toHaveLength(2)
    expect(await one.call('receipts.save-list', { format: 'csv', group: 'refused', language: 'nn' })).toMatchObject({ count: 0 })
    path = join(one.folder, 'liste.pdf')
    expect(await one.call('receipts.save-list', { format: 'pdf', group: 'all', language: 'nn' })).toEqual({ path, count: 2 })
    expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-')

    path = null
    expect(await one.call('receipts.save-list', { format: 'pdf', group: 'all', language: 'nb' })).toEqual({ path: null, count: 0 })
    path = join(one.folder, 'nowhere', 'liste.csv')
    expect(await one.engine.call('receipts.save-list', { format: 'csv', group: 'all', language: 'nb' })).toMatchObject({ ok: false, error: { code: 'unwritable' } })
  })
})

describe('handled', () => {
  it('is a view, a count and a filter of lists and search', async () => {
    const one = await begin((at) => [letter(1, at - day), letter(2, at - 2 * day), letter(3, at - 3 * day)])
    await one.call('messages.set-handled', { id: await idOf(one, 2), handled: true })
    const titles = async (request: Parameters<typeof one.call<'messages.list'>>[1]): Promise<readonly (string | null)[]> => (await one.call('messages.list', request)).rows.map(({ title }) => title)
    expect(await titles({ view: 'handled', limit: 10 })).toEqual(['Brev 2'])
    expect(await titles({ view: 'inbox', handled: false, limit: 10 })).toEqual(['Brev 1', 'Brev 3'])
    expect((await one.call('messages.counts', {})).handled).toBe(1)
    const search = async (handled: boolean | undefined): Promise<readonly (string | null)[]> => (await one.call('messages.search', { text: 'innhold', ...(handled === undefined ? {} : { handled }), limit: 10 })).rows.map(({ title }) => title)
    expect(await search(undefined)).toEqual(['Brev 1', 'Brev 2', 'Brev 3'])
    expect(await search(false)).toEqual(['Brev 1', 'Brev 3'])
    expect(await search(true)).toEqual(['Brev 2'])
  })
})
