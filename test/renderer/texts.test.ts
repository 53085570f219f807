import { describe, expect, it } from 'vitest'
import { osloMidnight } from '../../resources/locales/oslo-day.ts'
import type { ListRow } from '../../preload/contract/index.ts'
import { dueText, plainWord, receiptWord } from '../../renderer/list/badges.tsx'
import { withHeadings } from '../../renderer/list/headings.ts'
import { isFromPdf, isToPdf } from '../../renderer/pdf/protocol.ts'
import { organisationNumber, shown, wordsOf } from '../../renderer/texts/words.ts'

const nb = wordsOf('nb')
/** Monday 23 November 2026, 09.12 in Norway. */
const now = Date.parse('2026-11-23T08:12:00Z')
const at = (text: string): number => Date.parse(text)
const row = (more: Partial<ListRow> = {}): ListRow => ({
  id: 1, dialogId: null, correspondenceId: null, kind: 'correspondence', state: 'fetched', party: '', partyName: '', title: '', sender: '', summary: null, sortAt: now, dueAt: null, needsConfirmation: false, confidential: false, unread: false,
  readAt: null, confirmedAt: null, confirmedBy: null, openedHereAt: null, handledAt: null, readReceipt: null, confirmReceipt: null, attachmentCount: 0, moveReceipt: null, archived: false, binned: false, removedAt: null, ...more,
})

describe('dates are Norwegian days', () => {
  it.each([
    ['2026-11-20T22:59:00Z', 'Frist gått ut: 20. nov.', 'late'],
    ['2026-11-23T22:59:00Z', 'Frist i dag kl. 23.59', 'soon'],
    ['2026-11-24T22:59:00Z', 'Frist i morgen', 'soon'],
    ['2026-11-25T22:59:00Z', 'Frist om 2 dager', 'soon'],
    ['2026-11-26T22:59:00Z', 'Frist om 3 dager', 'soon'],
    ['2026-11-26T23:01:00Z', 'Frist: 27. nov.', 'quiet'],
    ['2027-01-04T22:59:00Z', 'Frist: 4. jan. 2027', 'quiet'],
  ])('%s: %s', (due, text, tone) => {
    const found = dueText(nb, at(due), now)
    expect([found.text.replace(/\u00a0/g, ' '), found.tone]).toEqual([text, tone])
  })

  it('begin at midnight in Norway, in winter, in summer and when the clock changes', () => {
    expect(osloMidnight(at('2026-11-23T08:12:00Z'), 0)).toBe(at('2026-11-22T23:00:00Z'))
    expect(osloMidnight(at('2026-07-01T00:30:00Z'), 0)).toBe(at('2026-06-30T22:00:00Z'))
    expect(osloMidnight(at('2026-03-28T12:00:00Z'), 1)).toBe(at('2026-03-28T23:00:00Z'))
    expect(osloMidnight(at('2026-03-28T12:00:00Z'), 2)).toBe(at('2026-03-29T22:00:00Z'))
    expect(osloMidnight(at('2026-10-24T12:00:00Z'), 2)).toBe(at('2026-10-25T23:00:00Z'))
  })

  it('head the list', () => {
    const rows = ['2026-11-23T07:00:00Z', '2026-11-22T23:30:00Z', '2026-11-22T12:00:00Z', '2026-11-20T12:00:00Z', '2026-11-03T12:00:00Z', '2026-10-30T12:00:00Z'].map((text, id) => row({ id, sortAt: at(text) }))
    const headings = withHeadings(nb, rows, 'date', now).flatMap((item) => (item.kind === 'heading' ? [`${item.text} ${String(item.count)}`] : []))
    expect(headings).toEqual(['I dag 2', 'I går 1', 'Fredag 20. november 1', 'Tidligere i november 1', 'Oktober 2026 1'])
    const due = ['2026-11-20T12:00:00Z', '2026-11-23T22:59:00Z', '2026-11-25T12:00:00Z', '2026-12-25T12:00:00Z'].map((text, id) => row({ id, dueAt: at(text) }))
    expect(withHeadings(nb, due, 'due', now).flatMap((item) => (item.kind === 'heading' ? [item.text] : []))).toEqual(['Frist gått ut', 'I dag', 'Innen tre dager', 'Senere'])
  })

  it('are written as the language writes them', () => {
    const texts = (['nb', 'nn', 'en'] as const).map((language) => wordsOf(language).moment(at('2026-11-22T15:20:00Z'), now).replace(/\u00a0/g, ' '))
    expect(texts).toEqual(['i går kl. 16.20', 'i går kl. 16.20', 'yesterday at 16:20'])
    expect([nb.size(38_000), nb.size(2_400_000_000), nb.size(10)].map((text) => text.replace(/\u00a0/g, ' '))).toEqual(['38 kB', '2,4 GB', '1 kB'])
  })
})

describe('rows', () => {
  it('say one plain word, and what becomes of a confirmation', () => {
    expect([row({ removedAt: 1, confirmedAt: 1 }), row({ kind: 'other' }), row({ confirmedAt: 1 }), row({ state: 'found', needsConfirmation: true }), row({ needsConfirmation: true }), row({ readAt: 1 }), row()].map((one) => plainWord(nb, one))).toEqual([
      'Fjernet i Altinn, kopien din er beholdt', 'Annet i Altinn', 'Bekreftet', 'Bare i Altinn', 'Må bekreftes', 'Meldt som lest', null,
    ])
    const states = ['waiting', 'sending', 'accepted', 'undecided', 'refused', 'undone', 'proven'] as const
    expect(states.map((state) => receiptWord(nb, row({ confirmReceipt: { state, at: 1 } }))?.text ?? null)).toEqual(['Venter på å bli sendt', 'Sendt, uten svar', 'Venter på å bli sendt', 'Sendt, uten svar', 'Avvist av Altinn', null, null])
  })

  it('show hostile names safely', () => {
    expect(shown('Vedtak\u202egpj.exe\u0000')).toBe('Vedtak□gpj.exe□')
    expect(shown('a'.repeat(10_000))).toHaveLength(301)
    expect(shown(`e${'\u0301'.repeat(500)}`).length).toBeLessThan(10)
    expect(organisationNumber('urn:altinn:organization:identifier-no:312845679')).toBe('312\u00a0845\u00a0679')
    expect(organisationNumber('urn:altinn:person:identifier-no:01010012345')).toBeNull()
  })
})

describe('messages between the window and the PDF page', () => {
  it('are taken only in their exact shape', () => {
    expect([{ kind: 'go', page: 1 }, { kind: 'piece', data: new ArrayBuffer(1) }, { kind: 'zoom', to: 'width' }, { kind: 'find', text: 'a', again: null }, { kind: 'begin', bytes: 1, scheme: 'dark', language: 'nb', page: 3, search: 'mva' }, { kind: 'password', text: 'a' }, { kind: 'scale', percent: 150 }, { kind: 'rotate', by: -90 }, { kind: 'print' }].every(isToPdf)).toBe(true)
    expect([null, 'go', {}, { kind: 'toString' }, { kind: 'go', page: '1' }, { kind: 'piece', data: 'x' }, { kind: 'zoom', to: 9 }, { kind: 'find', text: 'a'.repeat(201), again: null }, { kind: 'begin', bytes: -1, scheme: 'dark', language: 'nb', page: null, search: '' }, { kind: 'begin', bytes: 1, scheme: 'dark', language: 'nb', page: '1', search: '' }, { kind: 'scale', percent: 1e9 }, { kind: 'rotate', by: 45 }, { kind: 'password', text: 'a'.repeat(501) }].some(isToPdf)).toBe(false)
    expect([{ kind: 'ready' }, { kind: 'opened', pages: 2 }, { kind: 'failed' }, { kind: 'password', why: 'wrong' }, { kind: 'zoom', percent: 100, fit: 'width' }, { kind: 'printed', problem: null }].every(isFromPdf)).toBe(true)
    expect([{ kind: 'opened', pages: 'x' }, { kind: 'password', why: '<b>' }, { kind: 'zoom', percent: 100, fit: 'tall' }, { kind: 'printed', problem: 1 }, { kind: 'eval' }].some(isFromPdf)).toBe(false)
  })
})
