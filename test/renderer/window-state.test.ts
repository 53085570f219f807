import { describe, expect, it } from 'vitest'
import type { ListRow } from '../../preload/contract/index.ts'
import { type Kept, keptAfter, nothingKept } from '../../renderer/app/kept.ts'
import { waysOf } from '../../renderer/app/Locked.tsx'
import { numberOf } from '../../renderer/app/Rail.tsx'
import { moved, type Moved, start } from '../../renderer/app/state.ts'
import type { LinkState } from '../../renderer/engine/client.ts'
import { moveWord, underWayWord } from '../../renderer/list/badges.tsx'
import { withHeadings, withMoved } from '../../renderer/list/headings.ts'
import { forwardProblem, mayForwardAgain } from '../../renderer/message/forward.ts'
import { refusalText } from '../../resources/locales/refusal-text.ts'
import { wordsOf } from '../../renderer/texts/words.ts'

const nb = wordsOf('nb')
const now = Date.parse('2026-11-23T08:12:00Z')
const row = (more: Partial<ListRow> = {}): ListRow => ({
  id: 1, dialogId: null, correspondenceId: null, kind: 'correspondence', state: 'fetched', party: '', partyName: '', title: '', sender: '', summary: null, sortAt: now, dueAt: null, needsConfirmation: false, confidential: false, unread: false,
  readAt: null, confirmedAt: null, confirmedBy: null, openedHereAt: null, handledAt: null, readReceipt: null, confirmReceipt: null, attachmentCount: 0, moveReceipt: null, archived: false, binned: false, removedAt: null, ...more,
})

describe('the window beside its engine', () => {
  const link = (name: LinkState['link'], more: Partial<LinkState> = {}): LinkState => ({ link: name, trouble: null, recovering: null, profile: 'demo', profiles: [], ...more })
  const after = (...states: readonly LinkState[]): Kept => states.reduce<Kept>(keptAfter, nothingKept)
  const silent = { code: 'engine-silent', values: {} }

  it('stays while a silent or crashed engine is started anew, and says why until somebody has seen it', () => {
    const back = after(link('connecting'), link('ready'), link('gone', { trouble: silent }), link('gone', { trouble: silent, recovering: { what: 'check', done: 0, total: null } }), link('ready'))
    expect(back).toMatchObject({ window: 1, back: 'silent' })
    expect(keptAfter(back, 'seen')).toMatchObject({ window: 1, back: null })
    expect(after(link('ready'), link('gone'), link('ready'))).toMatchObject({ window: 1, back: 'ended' })
    expect(after(link('ready'), link('gone'), link('stopped'), link('starting'), link('ready'))).toMatchObject({ window: 1, back: 'ended' })
    expect(after(link('ready'), link('connecting'), link('ready'))).toMatchObject({ window: 1, back: null })
  })

  it('begins anew where the same numbers may stand for other mail', () => {
    expect(after(link('ready'), link('starting'), link('ready'))).toMatchObject({ window: 2, back: null })
    expect(after(link('ready'), link('gone'), link('gone', { recovering: { what: 'mail', done: 1, total: 2 } }), link('ready'))).toMatchObject({ window: 2 })
    expect(after(link('ready'), link('refused'))).toMatchObject({ window: null })
    expect(after(link('starting'), link('stopped'))).toMatchObject({ window: null })
  })

  it('keeps nothing of a profile when another one is opened in its place', () => {
    const other = { profile: 'firma' }
    expect(after(link('ready'), link('starting', other), link('ready', other))).toMatchObject({ window: 2, back: null, profile: 'firma' })
    // A window behind an engine that is stopped stays for the same profile only.
    expect(after(link('ready'), link('gone'), link('stopped'), link('starting', other))).toMatchObject({ window: null, back: null })
    expect(after(link('ready'), link('gone'), link('stopped'), link('starting', other), link('ready', other))).toMatchObject({ window: 2, back: null })
    expect(after(link('connecting', { profile: null }), link('ready'), link('connecting', { profile: null }), link('ready'))).toMatchObject({ window: 1, profile: 'demo' })
  })

  it('offers to unlock only where typing helps', () => {
    expect(waysOf({ code: 'needs-passphrase', values: { typed: 'passphrase recovery-code', keychain: 'no' } })).toEqual(['passphrase', 'recovery-code'])
    expect(waysOf({ code: 'keychain-lost', values: { typed: '', keychain: 'yes' } })).toEqual([])
    expect([waysOf({ code: 'damaged', values: {} }), waysOf(null)]).toEqual([null, null])
  })
})

describe('a row that was moved', () => {
  const rows = [1, 2, 3].map((id) => row({ id }))
  const left: Moved = { kind: 'archive', uuids: ['a'], ids: [2], title: 'Brev', after: 1, until: now }
  const shape = (list: readonly ListRow[], what: Moved | null): readonly (string | number)[] => withMoved(withHeadings(nb, list, 'date', now), what).map((item) => (item.kind === 'row' ? item.row.id : item.kind))

  it('is spoken of where it was: after the row before it, below the heading at the top, or after itself in a search', () => {
    expect(shape([rows[0] ?? row(), rows[2] ?? row()], left)).toEqual(['heading', 1, 'moved', 3])
    expect(shape([rows[1] ?? row(), rows[2] ?? row()], { ...left, ids: [1], after: null })).toEqual(['heading', 'moved', 2, 3])
    expect(shape(rows, left)).toEqual(['heading', 1, 2, 'moved', 3])
    expect(shape(rows, null)).toEqual(['heading', 1, 2, 3])
  })

  it('closes the message, and the keys go on at the next row until there is nothing more to say', () => {
    const open = moved({ ...start, open: 2, cursor: 2, selected: new Set([2]) }, { to: 'moved', moved: left, next: 3 })
    expect(open).toMatchObject({ open: null, cursor: 3, justMoved: left })
    expect(open.selected.size).toBe(0)
    expect(moved(open, { to: 'moved-done', moved: left }).justMoved).toBeNull()
    // What a newer move says is not taken away by an older one's end.
    expect(moved(open, { to: 'moved-done', moved: { ...left } }).justMoved).toBe(left)
    expect(moved(open, { to: 'page', page: 'archive' }).justMoved).toBeNull()
  })

  it('says how the move stands, and nothing when it is done', () => {
    const states = ['waiting', 'sending', 'accepted', 'undecided', 'refused', 'proven', 'done-elsewhere', 'undone'] as const
    expect(states.map((state) => moveWord(nb, row({ moveReceipt: { kind: 'bin', state, at: now } }))?.text ?? null)).toEqual(['Flyttes i Altinn', 'Flyttes i Altinn', 'Flyttes i Altinn', 'Flytting uten svar', 'Flytting avvist', null, null, null])
    expect(moveWord(nb, row({ moveReceipt: { kind: 'purge', state: 'refused', at: now } }))).toEqual({ text: 'Sletting avvist', tone: 'late' })
    expect(moveWord(nb, row({ moveReceipt: { kind: 'purge', state: 'accepted', at: now }, removedAt: now }))).toBeNull()
  })
})

describe('what presses', () => {
  it('a confirmation that may miss its deadline warns before everything else, and counts at Utgående', () => {
    const waiting = row({ confirmReceipt: { state: 'waiting', at: now }, moveReceipt: { kind: 'archive', state: 'refused', at: now } })
    expect(underWayWord(nb, waiting, true)).toEqual({ text: 'Rekker kanskje ikke fristen', tone: 'soon' })
    expect(underWayWord(nb, waiting, false)?.text).toBe('Venter på å bli sendt')
    expect(underWayWord(nb, row({ moveReceipt: waiting.moveReceipt }), true)?.text).toBe('Flytting avvist')
    const none = { count: 0, late: 0, soon: 0 }
    const counts = { inbox: 9, unread: 2, handled: 4, archive: 0, bin: 0, needsConfirmation: none, due: none, outgoing: { open: 3, refused: 1 }, newToday: 0 }
    expect(numberOf('outgoing', counts, 2)).toEqual({ count: 4, pill: { count: 3, tone: 'late' } })
    expect(numberOf('outgoing', { ...counts, outgoing: { open: 3, refused: 0 } })).toEqual({ count: 3, pill: null })
    expect(numberOf('handled', counts)).toEqual({ count: 4, pill: null })
  })
})

describe('forwarding', () => {
  it('wants one address, at most 200 characters, and plain text', () => {
    expect(forwardProblem('kari.nordmann@firma.no', '')).toBeNull()
    expect(forwardProblem('  kari@firma.no ', 'Regnskapet er 3 < 4 og 5 > 2')).toBeNull()
    expect(['', 'kari', 'kari@', 'a@b.no, c@d.no', `${'a'.repeat(1000)}@firma.no`].map((to) => forwardProblem(to, ''))).toEqual(['address', 'address', 'address', 'address', 'address'])
    expect(forwardProblem('kari@firma.no', 'a'.repeat(200))).toBeNull()
    expect(forwardProblem('kari@firma.no', 'a'.repeat(201))).toBe('text')
    expect(forwardProblem('kari@firma.no', 'Se <b>her</b>')).toBe('markup')
  })
})

describe('a refused forwarding', () => {
  it('may be asked for anew, unless no other address or text would help', () => {
    const of = (more: object): boolean => mayForwardAgain({ kind: 'forward', state: 'refused', reason: 'address', answerCode: 3011, ...more })
    expect([of({}), of({ reason: 'given-up', answerCode: null }), of({ reason: 'no-access', answerCode: 4001 })]).toEqual([true, true, true])
    expect([of({ reason: 'not-forwardable', answerCode: 1063 }), of({ reason: 'not-found', answerCode: null }), of({ state: 'undecided' }), of({ kind: 'purge' })]).toEqual([false, false, false, false])
  })
})

describe('a refusal', () => {
  it('says why and what it means, in words for what is known and with the code for what is not', () => {
    const of = (kind: Parameters<typeof refusalText>[1]['kind'], reason: string | null, answerCode: number | null = null): string => refusalText(nb.t, { kind, reason, answerCode, answerStatus: 400 })
    expect(of('confirm', 'no-access')).toBe('Fullmakten er borte. Mottaket er ikke bekreftet, og fristen gjelder fortsatt.')
    expect(of('purge', 'refused', 1026)).toBe('Mottaket må bekreftes først. Meldingen er ikke slettet i Altinn.')
    expect(of('forward', 'address', 3011)).toBe('Altinn godtar ikke e-postadressen. Ingen e-post er bekreftet sendt.')
    expect(of('archive', 'given-up', 4001)).toContain('Du valgte å ikke følge det opp mer.')
    expect(of('bin', 'refused', 9999)).toBe('Altinn avviste det (kode 9999). Meldingen er ikke flyttet i Altinn.')
    expect(of('read', 'toString')).toContain('(kode 400)')
  })
})
