import { ChevronDownIcon, ChevronUpIcon, EnvelopeOpenIcon, ExternalLinkIcon, FileCodeIcon, FileExcelIcon, FileIcon, FileImageIcon, FilePdfIcon, FileTextIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ComponentType, type KeyboardEvent, type ReactElement, useCallback, useEffect, useRef, useState } from 'react'
import type { EngineError, MessageView, Place } from '../../preload/contract/index.ts'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { useShared } from '../app/shared.ts'
import { type Tab, usePlace } from '../app/state.ts'
import { DueBadge, isPressing } from '../list/badges.tsx'
import { titleOf } from '../list/Row.tsx'
import { errorText, organisationNumber, shown, useWords } from '../texts/words.ts'
import { useActions } from './actions.ts'
import { AddressDialog } from './AddressDialog.tsx'
import { ConfirmBar, undoMs } from './ConfirmBar.tsx'
import { Facts } from './Facts.tsx'
import { FileTab } from './FileTab.tsx'
import { ForwardDialog } from './ForwardDialog.tsx'
import { LetterFrame } from './LetterFrame.tsx'
import { DeleteHereDialog } from './DeleteHereDialog.tsx'
import { PurgeDialog } from './PurgeDialog.tsx'
import { useReceipts } from './receipts.ts'
import { ReceiptStrip } from './ReceiptStrip.tsx'
import { markWhole, shownKey } from './shown.ts'
import { Toolbar } from './Toolbar.tsx'

type Attachment = MessageView['attachments'][number]

/** "Opened here" means on screen for two seconds in the focused pane (design.md section 6). */
const openedMs = 2000
/** Own letters are reported as read after five seconds open and focused. */
const readMs = 5000

const tabKey = (tab: Tab): string => (tab === 'letter' ? 'letter' : tab.attachmentId)

function iconOf(name: string): ComponentType<{ 'aria-hidden': true }> {
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (extension === 'pdf') return FilePdfIcon
  if (['xls', 'xlsx', 'csv', 'ods'].includes(extension)) return FileExcelIcon
  if (['png', 'jpg', 'jpeg', 'gif', 'webp'].includes(extension)) return FileImageIcon
  if (['xml', 'json'].includes(extension)) return FileCodeIcon
  return ['txt', 'doc', 'docx', 'odt'].includes(extension) ? FileTextIcon : FileIcon
}

/** Letter and attachments as tabs: arrow keys move, Enter or Space opens. */
function Tabs({ files, tab, onTab }: { readonly files: readonly Attachment[]; readonly tab: Tab; readonly onTab: (tab: Tab) => void }): ReactElement {
  const words = useWords()
  const all: readonly { readonly tab: Tab; readonly name: string; readonly detail: string; readonly icon: ComponentType<{ 'aria-hidden': true }> }[] = [
    { tab: 'letter', name: words.t('tab.letter'), detail: '', icon: EnvelopeOpenIcon },
    ...files.map((file) => ({ tab: { attachmentId: file.attachmentId }, name: shown(file.displayName ?? file.fileName), detail: file.bytes === null ? '' : words.size(file.bytes), icon: iconOf(file.fileName) })),
  ]
  const list = useRef<HTMLDivElement>(null)
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLElement)
    buttons[(at + step + buttons.length) % buttons.length]?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label={words.t('region.tabs')} ref={list} onKeyDown={press}>
      {all.map(({ tab: one, name, detail, icon: Icon }) => {
        const isOpen = tabKey(one) === tabKey(tab)
        return (
          <button key={tabKey(one)} id={`tab-${tabKey(one)}`} type="button" role="tab" className="tab" aria-selected={isOpen} aria-controls="tab-panel" tabIndex={isOpen ? 0 : -1} onClick={() => { onTab(one) }}>
            <Icon aria-hidden /><bdi>{name}</bdi>{detail !== '' && <span className="tab-detail">{detail}</span>}
          </button>
        )
      })}
    </div>
  )
}

/** Reply options: the sender's own words, where they lead, and that they open in the browser. */
function Replies({ message, onPlace }: { readonly message: MessageView; readonly onPlace: (place: Place) => void }): ReactElement | null {
  const { t } = useWords()
  if (message.replyOptions.length === 0) return null
  const host = (url: string): string => (URL.canParse(url) && url.startsWith('https://') ? new URL(url).host : t('reply.not-opened'))
  return (
    <section className="replies" aria-labelledby="replies-title">
      <h3 id="replies-title">{t('reply.title')}</h3>
      {message.replyOptions.map((option, at) => (
        <p key={`${option.url} ${String(at)}`}>
          <Button variant="secondary" data-size="sm" disabled={!option.url.startsWith('https://')} onClick={() => { onPlace({ kind: 'reply', id: message.id, option: at }) }}><ExternalLinkIcon aria-hidden /><bdi>{shown(option.text ?? host(option.url))}</bdi></Button>
          <span className="quiet">{t('reply.opens', { host: host(option.url) })}</span>
        </p>
      ))}
    </section>
  )
}

/** What is only in Altinn: said plainly; fetching it is a person's word, because the sender sees it. */
function NotHere({ message }: { readonly message: MessageView }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now, profile } = useShared()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<EngineError | null>(null)
  const { t } = words
  const fetch = async (): Promise<void> => {
    setBusy(true)
    const result = await engine.call('messages.fetch', { id: message.id })
    setBusy(false)
    setError(result.ok ? null : result.error)
  }
  const { deferral } = message
  return (
    <div className="tab-message">
      <h3>{t(message.kind === 'other' ? 'not-here.other' : message.confidential ? 'not-here.confidential' : 'not-here.title')}</h3>
      <p>{t(message.kind === 'other' ? 'not-here.other.more' : message.confidential ? 'not-here.confidential.more' : 'not-here.more')}</p>
      {deferral !== null && <p className="quiet">{t('not-here.tried', { when: words.moment(deferral.nextTryAt, now) })}</p>}
      {error !== null && <p role="alert" className="error-text">{errorText(t, error)}</p>}
      {message.kind !== 'other' && profile?.readOnly !== true && <Button variant="secondary" loading={busy} onClick={() => void fetch()}>{t('not-here.fetch')}</Button>}
    </div>
  )
}

function Opened({ message, scheme, openedTurn }: { readonly message: MessageView; readonly scheme: 'light' | 'dark'; /** Turns of the focus that earlier messages have had. */ readonly openedTurn: number }): ReactElement {
  const words = useWords()
  const engine = useEngine()
  const { now, profile } = useShared()
  const [{ tab, search, focusTurn, dialog }, go] = usePlace()
  const title = useRef<HTMLHeadingElement>(null)
  const focused = useRef(openedTurn)
  useEffect(() => {
    if (focusTurn !== focused.current) title.current?.focus()
    focused.current = focusTurn
  }, [focusTurn])
  const letter = useAsk('letters.body', message.body === null ? null : { id: message.id })
  const receipts = useReceipts(message.correspondenceId)
  const actions = useActions(message, receipts, titleOf(words, message))
  const [place, setPlace] = useState<Place | null>(null)
  const [error, setError] = useState<EngineError | null>(null)
  const [hits, setHits] = useState<readonly Range[]>([])
  const [hit, setHit] = useState(0)
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
  const onHits = useCallback((ranges: readonly Range[]) => {
    setHits(ranges)
    setHit(0)
  }, [])
  const showHit = (at: number): void => {
    const wanted = (at + hits.length) % hits.length
    setHit(wanted)
    hits[wanted]?.startContainer.parentElement?.scrollIntoView({ block: 'center' })
  }
  const onLink = useCallback((link: number) => { setPlace(tab === 'letter' ? { kind: 'letter', id, link } : { kind: 'attachment', id, attachmentId: tab.attachmentId, link }) }, [id, tab])
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
                <Tabs files={message.attachments} tab={file === null ? 'letter' : tab} onTab={(one) => { go({ to: 'tab', tab: one }) }} />
                <div id="tab-panel" className="tab-panel" role="tabpanel" aria-labelledby={`tab-${tabKey(file === null ? 'letter' : tab)}`}>
                  {file !== null && <FileTab key={`${file.attachmentId} ${file.state}`} message={message} file={file} scheme={scheme} onLink={onLink} />}
                  {file === null && search !== '' && hits.length > 0 && (
                    <div className="hits-bar"><span role="status">{t('hits.at', { at: hit + 1, count: hits.length })}</span>
                      <button type="button" className="icon-button" aria-label={t('hits.previous')} onClick={() => { showHit(hit - 1) }}><ChevronUpIcon aria-hidden /></button>
                      <button type="button" className="icon-button" aria-label={t('hits.next')} onClick={() => { showHit(hit + 1) }}><ChevronDownIcon aria-hidden /></button>
                    </div>
                  )}
                  {file === null && (
                    <div className="letter">
                      {letter.error !== null && <p role="alert">{errorText(t, letter.error)}</p>}
                      {letter.value !== null && letter.value.problem !== null && <p className="notice" role="status">{t(`letter.problem.${letter.value.problem}`)}</p>}
                      {letter.value !== null && <LetterFrame letter={letter.value} title={t('letter.frame')} scheme={scheme} search={search} onLink={onLink} onHits={onHits} onReady={onReady} />}
                      {letter.value !== null && letter.value.leftOut.length > 0 && <p className="quiet left-out">{t('letter.left-out', { what: letter.value.leftOut.map((what) => t(`letter.left-out.${what}`)).join(', ') })}</p>}
                      <div className="replies-inline"><Replies message={message} onPlace={setPlace} /></div>
                    </div>
                  )}
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
