import { CalendarIcon, ChevronDownIcon, ClockIcon, InboxDownIcon, PaperclipIcon, PersonIcon, TasklistIcon } from '@navikt/aksel-icons'
import type { ReactElement } from 'react'
import type { ListRow, SearchChip } from '../../preload/contract/index.ts'
import { Menu, type MenuItem } from '../app/Menu.tsx'
import { hasOneRecipient, useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { shown, useWords } from '../texts/words.ts'

/** Names among the hits, the most frequent first. */
function namesAmong(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const name of names) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 12).map(([name]) => name)
}

const statuses = ['unread', 'read', 'to-confirm', 'confirmed', 'handled', 'not-handled', 'archive', 'bin', 'only-in-altinn'] as const

/** A name as it stands between quotes. */
const quotable = (name: string): string => name.replace(/["“”„«»]/g, ' ').slice(0, 200)

/** Menus that add a condition to the search; each is there until its kind is chosen. */
export function FilterMenus({ rows, chips }: { readonly rows: readonly ListRow[]; readonly chips: readonly SearchChip[] }): ReactElement {
  const { t } = useWords()
  const shared = useShared()
  const [place, go] = usePlace()
  const item = (name: string, text: string, icon: MenuItem['icon'], token: string): MenuItem => ({ name, text, icon, obstacle: null, run: () => { go({ to: 'search', text: place.search, filters: [...place.filters, token] }) } })
  const senders = namesAmong(rows.map(({ sender }) => sender)).map((name) => item(name, shown(name), InboxDownIcon, t('search.token.from', { text: quotable(name) })))
  const recipients = namesAmong(rows.map(({ partyName }) => partyName)).map((name) => item(name, shown(name), PersonIcon, t('search.token.to', { text: quotable(name) })))
  const has = (test: (chip: SearchChip) => boolean): boolean => chips.some(test)
  const menus: readonly { readonly name: 'from' | 'to' | 'published' | 'due' | 'has' | 'status'; readonly isThere: boolean; readonly items: readonly MenuItem[] }[] = [
    { name: 'from', isThere: has((chip) => chip.kind === 'text' && chip.field === 'from'), items: senders },
    { name: 'to', isThere: hasOneRecipient(shared) || place.party !== null || has((chip) => chip.kind === 'text' && chip.field === 'to'), items: recipients },
    {
      name: 'published', isThere: has((chip) => chip.kind === 'range' && chip.field === 'published'),
      items: (['week', 'month', 'year', 'last-year'] as const).map((when) => item(when, t(`search.choice.${when}`), CalendarIcon, t(`search.token.published.${when}`))),
    },
    {
      name: 'due', isThere: has((chip) => chip.kind === 'overdue' || (chip.kind === 'range' && chip.field === 'due') || (chip.kind === 'has' && chip.what === 'due')),
      items: [
        item('overdue', t('search.chip.overdue'), ClockIcon, t('search.token.due.overdue')),
        ...(['today', 'week', 'next-week'] as const).map((when) => item(when, t(`search.choice.${when}`), ClockIcon, t(`search.token.due.${when}`))),
        item('none', t('search.chip.without.due'), ClockIcon, t('search.token.due.none')),
      ],
    },
    {
      name: 'has', isThere: has((chip) => chip.kind === 'has' && chip.what === 'attachment'),
      items: [item('has', t('search.chip.has.attachment'), PaperclipIcon, t('search.token.has')), item('has-not', t('search.chip.without.attachment'), PaperclipIcon, t('search.token.has-not'))],
    },
    { name: 'status', isThere: has((chip) => chip.kind === 'status'), items: statuses.map((status) => item(status, t(`search.status.${status}`), TasklistIcon, t(`search.token.status.${status}`))) },
  ]
  const open = menus.filter(({ isThere, items }) => !isThere && items.length > 0)
  return (
    <>
      {open.map(({ name, items }) => (
        <Menu key={name} items={items} label={t('search.add', { name: t(`search.menu.${name}`) })} className="filter-chip filter-add">{t(`search.menu.${name}`)}<ChevronDownIcon aria-hidden /></Menu>
      ))}
    </>
  )
}
