import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allTexts, languageOf, translator } from '../../resources/locales/index.ts'

const root = join(import.meta.dirname, '..', '..')
const placeholders = (text: string): readonly string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort()

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? sources(join(folder, entry.name)) : [readFileSync(join(folder, entry.name), 'utf8')]))
}

describe('texts', () => {
  const keys = Object.keys(allTexts.nb)

  it('are the same ones in every language, with the same places to fill in', () => {
    for (const texts of [allTexts.nn, allTexts.en]) {
      expect(Object.keys(texts).sort()).toEqual([...keys].sort())
      for (const [key, text] of Object.entries(texts)) expect([key, placeholders(text)]).toEqual([key, placeholders(allTexts.nb[key as keyof typeof allTexts.nb])])
    }
  })

  it('are all used', () => {
    const code = [...sources(join(root, 'main')), ...sources(join(root, 'renderer')), ...sources(join(root, 'resources', 'locales'))].join('\n')
    // Families whose last part is a value of the contract: `error.${code}`.
    const families = ['act.', 'back.', 'badge.', 'banner.', 'locked.keychain.', 'locked.slip.', 'moved.', 'moved.several.', 'outgoing.not.', 'recovering.', 'error.', 'skip.', 'receipt.', 'reminder.', 'sync.progress.', 'attachment.', 'confirm.', 'read.', 'notice.', 'nav.', 'empty.', 'away.', 'away.trouble.', 'consent.span.', 'coverage.filter.', 'divider.', 'letter.left-out.', 'letter.problem.', 'outgoing.column.', 'outgoing.group.', 'outgoing.heading.', 'pdf.', 'settings.', 'settings.theme.', 'way.', 'several.problem.', 'search.chip.', 'search.choice.', 'search.field.', 'search.menu.', 'search.status.', 'search.token.', 'search.unclear.', 'print.file.', 'print.left-out.', 'form.match.', 'form.mode.', 'form.notice.', 'form.problem.', 'form.with.', 'sign-in.key.', 'sign-in.page.', 'sign-in.problem.', 'sign-in.result.', 'sign-in.step.', 'system-user.']
    const unused = keys.filter((key) => {
      const stem = key.replace(/_(one|other)$/, '')
      return !code.includes(`'${stem}'`) && !families.some((family) => stem.startsWith(family) && code.includes(`\`${family}\${`)) && !(/^(confirm|read)\./.test(stem) && code.includes(`\`\${kind}.${stem.split('.')[1] ?? ''}\``))
    })
    expect(unused).toEqual([])
  })

  it('choose singular and plural, and never escape', () => {
    const t = translator('nb')
    expect(t('due.days', { count: 1 })).toBe('frist om 1 dag')
    expect(t('due.days', { count: 2 })).toBe('frist om 2 dager')
    expect(t('demo.page', { address: 'http://a/?b&c' })).toContain('http://a/?b&c')
  })

  it('follow the language of the machine', () => {
    expect(['nn_NO.UTF-8', 'en_GB', 'nb_NO', 'C', undefined, 'de_DE'].map(languageOf)).toEqual(['nn', 'en', 'nb', 'nb', 'nb', 'nb'])
  })
})
