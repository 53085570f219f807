import { afterEach, describe, expect, it } from 'vitest'
import { dialogIdOf, letter, letterId, smallWorld } from '../localtest/small-world.ts'
import { Course } from './harness.ts'
import type { Change } from './meddler.ts'

const day = 86_400_000
let course: Course

afterEach(async () => {
  await course.end()
})

async function begin(change: Change, count = 3, labelled = true): Promise<void> {
  course = await Course.begin(smallWorld((at) => Array.from({ length: count }, (_, n) => letter(n + 1, at - (n + 1) * day, { serviceOwnerLabel: labelled }))), change)
  await course.consent()
}

const rows = async () => (await course.call('messages.list', { view: 'all', limit: 50 })).rows
const asked = (part: string): number => course.meddler?.seen.filter((path) => path.includes(part)).length ?? 0

/** Every look-up of the dialog gets another answer. */
const lookUp = (dialog: number, instanceRef: () => string): Change => (path, json) =>
  path.includes('/dialoglookup') && path.includes(dialogIdOf(dialog)) ? { ...(json as object), instanceRef: instanceRef() } : json

describe('two dialogs that name one correspondence', () => {
  it('never share it: the second stays only in Altinn, nothing is lost, and it is not asked about at every poll', async () => {
    await begin(lookUp(2, () => `urn:altinn:correspondence-id:${letterId(1)}`))
    await course.sync()
    const all = await rows()
    expect(all).toHaveLength(3)
    const holders = all.filter((row) => row.correspondenceId === letterId(1))
    expect(holders).toMatchObject([{ state: 'fetched' }])
    expect(all.filter((row) => row.state === 'fetched')).toHaveLength(2)
    expect(all.find((row) => row.state !== 'fetched')).toMatchObject({ correspondenceId: null })
    expect(course.effects(letterId(1)).filter((status) => status === 'Fetched')).toHaveLength(1)
    const before = asked('/dialoglookup')
    await course.sync()
    await course.sync()
    expect(asked('/dialoglookup')).toBe(before)
    expect(await rows()).toHaveLength(3)
  })
})

describe('a dialog that names another correspondence than before', () => {
  it('keeps the one it had: a confirmation could land on the wrong letter', async () => {
    let named = letterId(1)
    await begin(lookUp(1, () => `urn:altinn:correspondence-id:${named}`), 2)
    await course.sync()
    named = letterId(77)
    await course.call('messages.fetch', { id: (await rows()).find((row) => row.dialogId === dialogIdOf(1))?.id ?? 0 })
    await course.sync()
    expect((await rows()).find((row) => row.dialogId === dialogIdOf(1))).toMatchObject({ correspondenceId: letterId(1), state: 'fetched' })
    expect((await rows()).map((row) => row.correspondenceId)).not.toContain(letterId(77))
  })

  it('and a letter whose answer names the dialog of another one does not take that row', async () => {
    // Letter 2 claims to lie in the dialog of letter 1.
    await begin((path, json) => (path.endsWith(`/correspondence/${letterId(2)}`) ? { ...(json as object), externalReferences: [{ referenceType: 'DialogportenDialogId', referenceValue: dialogIdOf(1) }] } : json))
    await course.sync()
    const all = await rows()
    expect(all).toHaveLength(3)
    expect(all.find((row) => row.dialogId === dialogIdOf(1))?.correspondenceId).toBe(letterId(1))
    expect(all.find((row) => row.dialogId === dialogIdOf(2))?.correspondenceId).toBe(letterId(2))
  })
})

describe('an answer about another letter than was asked for', () => {
  it('is not taken for it, and takes nothing from the other', async () => {
    await begin((path, json) => (path.endsWith(`/correspondence/${letterId(2)}`) ? { ...(json as object), correspondenceId: letterId(1) } : json))
    expect((await course.sync()).failed).toBe(1)
    const all = await rows()
    expect(all.find((row) => row.dialogId === dialogIdOf(2))).toMatchObject({ correspondenceId: letterId(2), state: 'linked' })
    expect(await course.call('messages.show', { id: all.find((row) => row.dialogId === dialogIdOf(1))?.id ?? 0 })).toMatchObject({ title: 'Brev 1' })
  })
})

describe('a listed letter that names the dialog of another one', () => {
  it('is kept as one without a dialog, and fetched once', async () => {
    // Look-ups only echo, so letters are listed; letter 2 says that it lies in the dialog of letter 1.
    await begin((path, json) => (path.endsWith(`/correspondence/${letterId(2)}`) ? { ...(json as object), externalReferences: [{ referenceType: 'DialogportenDialogId', referenceValue: dialogIdOf(1) }] } : json), 2, false)
    await course.sync()
    await course.sync()
    const all = await rows()
    expect(all.filter((row) => row.state === 'fetched').map((row) => row.correspondenceId).sort()).toEqual([letterId(1), letterId(2)])
    expect(all.find((row) => row.dialogId === dialogIdOf(1))?.state).toBe('fetched')
    for (const n of [1, 2]) expect(course.effects(letterId(n)).filter((status) => status === 'Fetched')).toHaveLength(1)
  })
})

describe('a correspondence whose id is that of a dialog', () => {
  it('is a letter of its own, found by either id', async () => {
    // The look-up of dialog 1 names a correspondence with the id of dialog 2.
    await begin((path, json) => {
      if (path.includes('/dialoglookup') && path.includes(dialogIdOf(1))) return { ...(json as object), instanceRef: `urn:altinn:correspondence-id:${letterId(3)}` }
      return json
    }, 3)
    course.meddler?.seen.splice(0)
    await course.sync()
    const all = await rows()
    expect(new Set(all.map((row) => row.id)).size).toBe(all.length)
    // Whoever came first holds letter 3; nobody holds it twice.
    expect(all.filter((row) => row.correspondenceId === letterId(3))).toHaveLength(1)
    expect(course.effects(letterId(3)).filter((status) => status === 'Fetched')).toHaveLength(1)
  })

  it('and does not take the dialog\'s row', async () => {
    const twin = dialogIdOf(2)
    course = await Course.begin(smallWorld((at) => [letter(1, at - day, { id: twin }), letter(2, at - 2 * day)]), (_, json) => json)
    await course.consent()
    expect((await course.sync()).failed).toBe(0)
    const all = await rows()
    expect(all).toHaveLength(2)
    expect(all.find((row) => row.dialogId === dialogIdOf(1))).toMatchObject({ correspondenceId: twin, state: 'fetched' })
    expect(all.find((row) => row.dialogId === twin)).toMatchObject({ correspondenceId: letterId(2), state: 'fetched' })
    // What a person does with one of them stays with it, also after a start.
    const first = all.find((row) => row.dialogId === dialogIdOf(1))?.id ?? 0
    await course.call('messages.set-handled', { id: first, handled: true })
    await course.engine.close()
    await course.startEngine()
    expect((await rows()).filter((row) => row.handledAt !== null).map((row) => row.id)).toEqual([first])
    // Mirrored anew, as after a restore.
    await course.call('recovery.agree', {})
    expect((await rows()).filter((row) => row.handledAt !== null).map((row) => row.id)).toEqual([first])
  })
})
