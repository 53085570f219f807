import { describe, expect, it } from 'vitest'
import { osloMidnight } from '../../main/shell/cli/sync.ts'
import { cut, Dates, padded, safe, safeLines, sizeOf } from '../../main/shell/cli/terminal.ts'
import { readOptions, UsageError } from '../../main/shell/cli/options.ts'
import { translator } from '../../resources/locales/index.ts'

describe('text of letters on a terminal', () => {
  it('control and bidirectional characters are shown as signs, so that nothing moves the cursor or turns text round', () => {
    const hostile = 'Faktura\u001b[2J\u001b]0;eid\u0007 \u202efdp.exe\u0000\u200b'
    const shown = safe(hostile)
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(shown).toContain('Faktura␛[2J')
    expect(shown).toContain('⟨202E⟩')
  })

  it('lines stay lines, tabs become spaces', () => {
    expect(safeLines('a\r\nb\tc\rd')).toBe('a\nb    c\nd')
  })

  it('letters are cut at whole characters', () => {
    expect(cut('æøå👩‍🌾x', 4)).toBe('æøå…')
    expect(padded('å', 3)).toBe('å  ')
  })

  it('dates are Norwegian wherever the machine is', () => {
    const at = Date.parse('2026-03-03T13:05:00Z')
    expect(new Dates(translator('nb'), 'nb').full(at)).toBe('3. mars 2026 kl. 14.05')
    expect(new Dates(translator('nn'), 'nn').full(at)).toBe('3. mars 2026 kl. 14.05')
    expect(new Dates(translator('en'), 'en').full(at)).toBe('3 March 2026 at 14:05')
  })

  it('a day begins at midnight in Norway, summer and winter', () => {
    expect(osloMidnight('2026-01-31')).toBe(Date.parse('2026-01-30T23:00:00Z'))
    expect(osloMidnight('2026-07-01')).toBe(Date.parse('2026-06-30T22:00:00Z'))
    expect(osloMidnight('2026-03-29')).toBe(Date.parse('2026-03-28T23:00:00Z'))
    expect(osloMidnight('2026-10-25')).toBe(Date.parse('2026-10-24T22:00:00Z'))
    for (const wrong of ['2026-02-30', '31.01.2026', 'i går', '']) expect(osloMidnight(wrong)).toBeNull()
  })

  it('sizes', () => {
    expect([sizeOf(0), sizeOf(1023), sizeOf(5000), sizeOf(3_500_000)]).toEqual(['0 B', '1023 B', '5 kB', '3.3 MB'])
  })
})

describe('the command line', () => {
  it('is read as it is written', () => {
    expect(readOptions(['confirm', '12', '--demo', '--yes', '--timeout', '5', '--data', '/x'])).toMatchObject({ command: 'confirm', words: ['12'], demo: true, yes: true, timeoutSeconds: 5, data: '/x' })
    expect(readOptions(['sync', '--profile', 'firma', '--accept-fetched', '--since', '2026-01-01', '--no-attachments'])).toMatchObject({ profile: 'firma', acceptFetched: true, since: '2026-01-01', attachments: false })
    expect(readOptions(['--help'])).toBe('help')
  })

  it.each([[[]], [['fly']], [['list', '--limit', '0']], [['list', '--limit', '1001']], [['list', '--nonsense']], [['confirm', '--timeout', 'x']]])('refuses %j', (args) => {
    expect(() => readOptions(args)).toThrow(UsageError)
  })
})
