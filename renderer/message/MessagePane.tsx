import { EnvelopeOpenIcon } from '@navikt/aksel-icons'
import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react'
import type { EngineError, MessageView, Place } from '../../preload/contract/index.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { useShared } from '../app/shared.ts'
import { usePlace } from '../app/state.ts'
import { DueBadge, isPressing } from '../list/badges.tsx'
import { titleOf } from '../list/Row.tsx'
import { useMarks } from '../search/marks.ts'
import { errorText, organisationNumber, shown, useWords } from '../texts/words.ts'
import { useActions } from './actions.ts'
import { AddressDialog } from './AddressDialog.tsx'
import { ConfirmBar, undoMs } from './ConfirmBar.tsx'
import { DeleteHereDialog } from './DeleteHereDialog.tsx'
import { Facts } from './Facts.tsx'
import { FileStrip } from './FileStrip.tsx'
import { FileTab } from './FileTab.tsx'
import { ForwardDialog } from './ForwardDialog.tsx'
import { LetterTab } from './LetterTab.tsx'
import { useLooks } from './looks.ts'
import { PrintDialog } from '../print/PrintDialog.tsx'
import { NotHere } from './NotHere.tsx'
import { PurgeDialog } from './PurgeDialog.tsx'
import { useReceipts } from './receipts.ts'
import { ReceiptStrip } from './ReceiptStrip.tsx'
import { Replies } from './Replies.tsx'
import { markWhole, shownKey } from './shown.ts'
import { tabKey } from './Tabs.tsx'
import { Toolbar } from './Toolbar.tsx'

/** "Opened here" means on screen for two seconds in the focused pane (design.md section 6). */
const openedMs = 2000
/** Own letters are reported as read after five seconds open and focused. */
const readMs = 5000

function Opened({ message, scheme, openedTurn }: { readonly message: MessageView; readonly scheme: 'light' | 'dark'; /** Turns of the focus that earlier messages have had. */ readonly openedTurn: number }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now, profile } = useShared()
  const [{ tab, focusTurn, dialog }, go] = usePlace()
  const search = useMarks()
  const title = useRef<HTMLHeadingElement>(null)
  const focused = useRef(openedTurn)
  useEffect(() => {
    if (focusTurn !== focused.current) title.current?.focus()
    focused.current = focusTurn
  }, [focusTurn])
  const letter = useAsk('letters.body', message.body === null ? null : { id: message.id })
  const receipts = useReceipts(message.correspondenceId)
  const looks = useLooks(message)
  const actions = useActions(message, receipts, titleOf(words, message))
  const [place, setPlace] = useState<Place | null>(null)
  const [error, setError] = useState<EngineError | null>(null)
  const [drawn, setDrawn] = useState(false)
  const panel = useRef<HTMLDivElement>(null)
  const stay = useRef(0)
  const { t } = words
  const { id, version } = message
  const isHtml = letter.value?.mode === 'html'
  const file = tab === 'letter' ? null : (message.attachments.find((one) => one.attachmentId === tab.attachmentId) ?? null)
  const isLetterShown = file === null && message.body !== null

  // On screen and focused: the clock of "opened here" and of the automatic report runs only then.
  const wantsRead = message.reporting.read === 'automatic' && message.readAt === null && receipts.read === null && !message.confidential && profile?.readOnly !== true
  useEffect(() => {
    if (!drawn) return undefined
    stay.current = 0
    let opened = false
    let reported = false
    const timer = setInterval(() => {
      if (!document.hasFocus() || document.visibilityState !== 'visible') return
      stay.current += 250
      if (!opened && stay.current >= openedMs) {
        opened = true
        if (profile?.readOnly !== true) void engine.call('messages.opened', { id })
      }
      if (wantsRead && !reported && stay.current >= readMs) {
        reported = true
        void engine.call('receipts.read', { id, waitMs: undoMs, versionShown: version })
      }
    }, 250)
    return () => { clearInterval(timer) }
  }, [drawn, engine, id, profile?.readOnly, version, wantsRead])

  // Shown whole: two seconds on screen and scrolled to its end. A letter that could only be shown as plain text is not.
  const seenEnd = useCallback(() => {
    const scroller = panel.current
    if (scroller === null || !drawn || !isHtml || !isLetterShown || stay.current < openedMs) return
    if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 24) markWhole(shownKey(id, version))
  }, [drawn, id, isHtml, isLetterShown, version])
  useEffect(() => {
    const timer = setInterval(seenEnd, 300)
    return () => { clearInterval(timer) }
  }, [seenEnd])

  const onReady = useCallback(() => { setDrawn(true) }, [])
  const onLink = useCallback((link: number) => { setPlace({ kind: 'letter', id, link }) }, [id])
  const number = organisationNumber(message.party)
  const published = message.publishedAt ?? message.sortAt
  const facts = <Facts message={message} folded={file !== null} />
  return (
    <>
      <Toolbar message={message} receipts={receipts} actions={actions} onError={setError} />
      {error !== null && <p role="alert" className="pane-error error-text">{errorText(t, error)}</p>}
      {receipts.move !== null && <ReceiptStrip key={receipts.move.uuid} row={receipts.move} onForward={null} />}
      {receipts.forward !== null && <ReceiptStrip key={receipts.forward.uuid} row={receipts.forward} onForward={actions.some(({ name }) => name === 'forward') ? () => { go({ to: 'dialog', dialog: 'forward' }) } : null} />}
      <div className="read">
        <div className="read-main">
          <div className="read-scroll" ref={panel} onScroll={seenEnd} data-file={file !== null}>
            <header className="message-head">
              <h2 id="message-title" ref={title} tabIndex={-1}><bdi>{titleOf(words, message)}</bdi></h2>
              <p><span className="head-label">{t('head.from')}</span><bdi><b>{shown(message.sender)}</b></bdi> <span className="quiet">· {t('head.published', { when: words.moment(published, now) })}</span></p>
              <p><span className="head-label">{t('head.to')}</span><bdi><b>{shown(message.partyName)}</b></bdi>{number !== null && <span className="quiet"> · {t('head.number', { number })}</span>}</p>
              {message.dueAt !== null && isPressing(message) && <p className="head-badges"><DueBadge dueAt={message.dueAt} now={now} wide /></p>}
              {message.removedAt !== null && <p className="quiet">{t('row.removed')}</p>}
              <div className="facts-inline">{facts}</div>
            </header>
            {message.body === null ? <NotHere message={message} /> : (
              <>
                <FileStrip message={message} looks={looks} tab={file === null ? 'letter' : tab} onTab={(one) => { go({ to: 'tab', tab: one }) }} />
                <div id="tab-panel" className="tab-panel" role="tabpanel" aria-labelledby={`tab-${tabKey(file === null ? 'letter' : tab)}`}>
                  {file !== null && <FileTab key={`${file.attachmentId} ${file.state}`} message={message} file={file} look={looks.get(file.attachmentId) ?? null} page={tab === 'letter' ? null : (tab.page ?? null)} search={tab === 'letter' ? '' : (tab.search ?? '')} scheme={scheme} />}
                  {file === null && <LetterTab message={message} letter={letter} scheme={scheme} search={search} onLink={onLink} onReady={onReady} onPlace={setPlace} />}
                </div>
              </>
            )}
          </div>
          <ConfirmBar message={message} receipt={receipts.confirm} isLetterShown={isLetterShown} />
        </div>
        <aside className="side" aria-label={t('region.side')}>
          <Facts message={message} folded={false} />
          <Replies message={message} onPlace={setPlace} />
        </aside>
      </div>
      {place !== null && <AddressDialog place={place} onClose={() => { setPlace(null) }} />}
      {dialog === 'purge' && <PurgeDialog message={message} onClose={() => { go({ to: 'dialog', dialog: null }) }} />}
      {dialog === 'delete-here' && <DeleteHereDialog message={message} onClose={() => { go({ to: 'dialog', dialog: null }) }} />}
      {dialog === 'print' && <PrintDialog ids={[message.id]} hasFiles={message.attachments.length > 0} onClose={() => { go({ to: 'dialog', dialog: null }) }} />}
      {dialog === 'forward' && <ForwardDialog message={message} receipts={receipts} before={receipts.forward?.state === 'refused' ? receipts.forward : null} onClose={() => { go({ to: 'dialog', dialog: null }) }} />}
    </>
  )
}

/** The reading pane: one message, or what to do where none is open. */
export function MessagePane({ scheme }: { readonly scheme: 'light' | 'dark' }): ReactElement {
  const { t } = useWords()
  const [{ open, focusTurn }] = usePlace()
  const [known, setKnown] = useState({ open, turn: focusTurn, before: focusTurn })
  // Which turn is meant for the message that is being opened: the one that came with it.
  if (known.open !== open || known.turn !== focusTurn) setKnown({ open, turn: focusTurn, before: known.turn })
  const { value, error } = useAsk('messages.show', open === null ? null : { id: open }, ['messages.changed', 'receipts.changed', 'settings.changed'])
  return (
    <main className="message-pane" id="message" tabIndex={-1} aria-label={t('region.message')}>
      {open === null ? (
        <div className="nothing-open">
          <EnvelopeOpenIcon aria-hidden />
          <h2>{t('nothing.title')}</h2>
          <p>{t('nothing.more')}</p>
          <p className="quiet"><kbd>j</kbd> <kbd>k</kbd> {t('nothing.keys')} <kbd>Enter</kbd> {t('nothing.open')}</p>
        </div>
      ) : error !== null ? (
        <div className="nothing-open" role="alert"><h2>{t('message.error')}</h2><p>{errorText(t, error)}</p></div>
      ) : value === null ? null : <Opened key={`${String(value.id)} ${value.version ?? ''}`} message={value} scheme={scheme} openedTurn={known.before} />}
    </main>
  )
}
