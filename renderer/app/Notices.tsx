import { type ReactElement, useState } from 'react'
import type { TextKey } from '../../resources/locales/index.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import type { Kept } from './kept.ts'

/** After these mail is fetched only on a person's word, because senders see it. */
const refetches = (kind: string): boolean => kind.startsWith('mail-')
/** The profile was copied from another machine: which of the two goes on is a person's word (durability.md 22). */
const isCopied = (kind: string): boolean => kind === 'moved-machine'

interface NoticesProps {
  readonly back: Kept['back']
  /** Something else that a person should know of what they did last, or null. */
  readonly left: TextKey | null
  readonly onSeen: () => void
}

/** What the user should know about how the profile was opened, until they have seen it. */
export function Notices({ back, left, onSeen }: NoticesProps): ReactElement | null {
  const { t } = useWords()
  const engine = useEngine()
  const { value } = useAsk('profile.notices', {})
  const copies = useAsk('files.copies', {}).value?.left ?? []
  const [seen, setSeen] = useState<unknown>(null)
  const undeleted = copies.length > 0 && seen === null ? copies : []
  const notices = value === null || seen === value ? [] : value.notices
  if (notices.length === 0 && undeleted.length === 0 && back === null && left === null) return null
  const close = (): void => {
    setSeen(value ?? {})
    onSeen()
  }
  const agree = (): void => {
    close()
    // Fetching goes on for every identity; what goes wrong is told where sync always tells it.
    void engine.call('recovery.agree', {}).then(async () => {
      const state = await engine.call('sync.state', {})
      if (state.ok) await Promise.all(state.value.accounts.map(({ accountUuid }) => engine.call('sync.run', { accountUuid })))
    })
  }
  const asks = notices.find(({ kind }) => refetches(kind) || isCopied(kind))
  return (
    <div className="notices" role="alert">
      <div>
        {back !== null && <p>{t(`back.${back}`)}</p>}
        {left !== null && <p>{t(left)}</p>}
        {undeleted.length > 0 && <p>{t('files.left')} {undeleted.slice(0, 10).map((path) => <span key={path} className="path">{path}</span>)}</p>}
        {notices.map(({ kind, parked }) => <p key={kind}>{t(`notice.${kind}`, { count: parked })}</p>)}
      </div>
      {asks !== undefined && <button type="button" className="text-link" onClick={agree}>{t(isCopied(asks.kind) ? 'recovery.go-on' : 'recovery.agree')}</button>}
      <button type="button" className="text-link" onClick={close}>{t(asks === undefined ? 'do.ok' : 'do.not-now')}</button>
    </div>
  )
}
