import { ExternalLinkIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import type { ReactElement } from 'react'
import type { MessageView, Place } from '../../preload/contract/index.ts'
import { shown, useWords } from '../texts/words.ts'

/** Reply options: the sender's own words, where they lead, and that they open in the browser. */
export function Replies({ message, onPlace }: { readonly message: MessageView; readonly onPlace: (place: Place) => void }): ReactElement | null {
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
