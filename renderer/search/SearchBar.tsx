import { XMarkIcon } from '@navikt/aksel-icons'
import { type KeyboardEvent, type ReactElement, useEffect, useEffectEvent, useRef } from 'react'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import type { Rows } from '../list/rows.ts'
import { shown, useWords } from '../texts/words.ts'
import { chipText, type Searched, unclearText, withoutChip, withWord } from './chips.ts'
import { FilterMenus } from './FilterMenus.tsx'
import { useHint } from './hint.ts'

const onChips = '.filter-chip[data-on=true]'

function Chip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }): ReactElement {
  const { t } = useWords()
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Delete' && event.key !== 'Backspace') return
    event.preventDefault()
    onRemove()
  }
  return <button type="button" className="filter-chip" data-on="true" aria-label={t('search.remove', { filter: text })} title={t('search.remove', { filter: text })} onClick={onRemove} onKeyDown={press}><bdi>{text}</bdi><XMarkIcon aria-hidden /></button>
}

/** How the search was understood: its filters as chips, what was not understood as sentences, and words it stands in. */
export function SearchBar({ rows }: { readonly rows: Rows }): ReactElement {
  const words = useWords()
  const { recipients, now } = useShared()
  const [place, go] = usePlace()
  const { search, filters, party } = place
  const { t } = words
  const hint = useHint(place, party, rows)
  const chips = rows.understood?.chips ?? []
  const unclear = rows.understood?.unclear ?? []
  // The chip that takes the place of one that is gone takes the focus too; after the last one the field has it.
  const gone = useRef<number | null>(null)
  const isFresh = rows.loaded
  const focusNext = useEffectEvent(() => {
    const chipsThere = [...document.querySelectorAll<HTMLElement>(onChips)]
    ;(chipsThere[Math.min(gone.current ?? 0, chipsThere.length - 1)] ?? document.getElementById('search'))?.focus()
    gone.current = null
  })
  useEffect(() => {
    if (isFresh && gone.current !== null) focusNext()
  }, [isFresh, rows.understood])
  const remove = (at: number, next: Searched): void => {
    gone.current = at
    go({ to: 'search', text: next.search, filters: next.filters })
    if (next.search === '' && next.filters.length === 0) document.getElementById('search')?.focus()
  }
  const one = party === null ? null : recipients.find((row) => row.party === party)
  return (
    <div className="search-bar">
      <div className="filter-chips" role="group" aria-label={t('search.filters')}>
        {one != null && <Chip text={t('search.chip.to', { text: shown(one.name) })} onRemove={() => { gone.current = 0; go({ to: 'party', party: null }) }} />}
        {chips.map((chip, n) => {
          const text = chipText(words, chip, now)
          return <Chip key={`${String(chip.filter)} ${String(chip.at[0])} ${text}`} text={text}
            // While an answer is waited for, the chips are those of the search before.
            onRemove={() => { if (isFresh) remove(n + Number(one != null), withoutChip({ search, filters }, chip)) }} />
        })}
        <FilterMenus rows={rows.rows} chips={chips} />
      </div>
      <div id="search-notes" role="status" className="search-notes">
        {unclear.map((one) => <p key={one.typed}>{unclearText(t, one)}</p>)}
        {hint.length > 0 && (
          <p>{t('search.hint')} {hint.map(({ word, at }) => <button key={`${word} ${String(at[0])}`} type="button" className="text-link" onClick={() => { const next = withWord({ search, filters }, word, at); go({ to: 'search', text: next.search, filters: next.filters }) }}>{shown(word)}</button>)}</p>
        )}
      </div>
    </div>
  )
}

/** Where a search ended before it had looked at everything, and the way on. */
export function Stopped({ rows }: { readonly rows: Rows }): ReactElement | null {
  const { t, number, day } = useWords()
  const { now } = useShared()
  if (rows.stopped === null) return null
  return (
    <div className="search-stopped" role="status">
      <span>{t('search.stopped', { number: number(rows.stopped.looked), date: day(rows.stopped.reachedAt, now) })}</span>
      <button type="button" className="text-link" onClick={rows.further}>{t('search.further')}</button>
    </div>
  )
}
