import { MenuElipsisHorizontalIcon } from '@navikt/aksel-icons'
import type { ReactElement } from 'react'
import { Menu } from '../app/Menu.tsx'
import { useWords } from '../texts/words.ts'
import type { Action, ActionName } from './actions.ts'

interface MoreMenuProps {
  readonly actions: readonly Action[]
  /** Those that have a place in the toolbar where there is room for it. */
  readonly narrow: readonly ActionName[]
  readonly onRun: (action: Action) => void
}

/** Actions that have no room in the toolbar, or are seldom wanted. */
export function MoreMenu({ actions, narrow, onRun }: MoreMenuProps): ReactElement | null {
  const { t } = useWords()
  if (actions.length === 0) return null
  return (
    <Menu className="icon-button more-button" label={t('do.more')} items={actions.map((action) => ({ ...action, narrow: narrow.includes(action.name), run: () => { onRun(action) } }))}>
      <MenuElipsisHorizontalIcon aria-hidden />
    </Menu>
  )
}
