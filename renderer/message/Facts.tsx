import { CheckmarkCircleFillIcon, CheckmarkCircleIcon, ChevronDownIcon, DownloadIcon, EnvelopeOpenIcon, EyeIcon, EyeSlashIcon } from '@navikt/aksel-icons'
import { type ReactElement, useState } from 'react'
import type { MessageView } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { useWords, type Words } from '../texts/words.ts'

interface Fact {
  readonly name: 'fetched' | 'opened' | 'read' | 'confirmed'
  readonly title: string
  readonly isTrue: boolean
  readonly when: string
  readonly who: string
  /** Whether the sender sees it. */
  readonly seen: boolean
  readonly folded: string
}

/** The four facts, never mixed: each with its time and who knows of it. */
function factsOf({ t, moment }: Words, message: MessageView, now: number): readonly Fact[] {
  const confirmed = message.confirmedAt
  const confirmTitle = confirmed !== null && message.confirmedBy === 'elsewhere' ? t('fact.confirmed.elsewhere') : t('fact.confirmed')
  return [
    { name: 'fetched', title: t('fact.fetched'), isTrue: message.fetchedAt !== null, when: message.fetchedAt === null ? t('fact.not-yet') : moment(message.fetchedAt, now), who: t(message.fetchedAt === null ? 'fact.unseen' : 'fact.seen'), seen: message.fetchedAt !== null, folded: t(message.fetchedAt === null ? 'fact.fold.not-fetched' : 'fact.fetched') },
    { name: 'opened', title: t('fact.opened'), isTrue: message.openedHereAt !== null, when: message.openedHereAt === null ? t('fact.not-yet') : moment(message.openedHereAt, now), who: t('fact.only-you'), seen: false, folded: t(message.openedHereAt === null ? 'fact.fold.not-opened' : 'fact.opened') },
    { name: 'read', title: t('fact.read'), isTrue: message.readAt !== null, when: message.readAt === null ? t('fact.not-reported') : moment(message.readAt, now), who: t(message.readAt === null ? 'fact.unseen' : 'fact.seen'), seen: message.readAt !== null, folded: t(message.readAt === null ? 'fact.fold.not-read' : 'fact.read') },
    {
      name: 'confirmed', title: confirmTitle, isTrue: confirmed !== null,
      when: confirmed !== null ? moment(confirmed, now) : t(message.needsConfirmation ? 'fact.not-yet' : 'fact.not-needed'),
      who: t(confirmed !== null ? 'fact.seen' : message.needsConfirmation ? 'fact.waits' : 'fact.not-asked'),
      seen: confirmed !== null || message.needsConfirmation,
      folded: confirmed !== null ? confirmTitle : t(message.needsConfirmation ? 'fact.fold.not-confirmed' : 'fact.fold.not-needed'),
    },
  ]
}

const outline = { fetched: DownloadIcon, opened: EnvelopeOpenIcon, read: EyeIcon, confirmed: CheckmarkCircleIcon } as const

function FactIcon({ fact }: { readonly fact: Fact }): ReactElement {
  const Outline = outline[fact.name]
  return fact.isTrue ? <CheckmarkCircleFillIcon className="fact-true" aria-hidden /> : <Outline className="fact-icon" aria-hidden />
}

/** @param folded one line, where a file is shown and room is short */
export function Facts({ message, folded }: { readonly message: MessageView; readonly folded: boolean }): ReactElement {
  const words = useWords()
  const { now } = useShared()
  const [unfolded, setUnfolded] = useState(false)
  const facts = factsOf(words, message, now)
  if (folded && !unfolded) {
    return (
      <button type="button" className="facts-line" aria-expanded={false} onClick={() => { setUnfolded(true) }}>
        <span className="only-read">{words.t('facts.title')}: </span>
        {facts.map((fact) => <span key={fact.name} data-true={fact.isTrue}><FactIcon fact={fact} />{fact.folded}</span>)}
        <ChevronDownIcon aria-hidden />
      </button>
    )
  }
  return (
    <div className="facts-box">
      <h3 className="facts-title">{words.t('facts.title')}</h3>
      <dl className="facts">
        {facts.map((fact) => (
          <div key={fact.name} data-true={fact.isTrue}>
            <dt><FactIcon fact={fact} />{fact.title}</dt>
            <dd className="fact-when">{fact.when}</dd>
            <dd className="fact-who">{fact.seen ? <EyeIcon aria-hidden /> : <EyeSlashIcon aria-hidden />}{fact.who}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
