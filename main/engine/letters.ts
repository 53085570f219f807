import type { LetterLinkView, Place } from '../../preload/contract/index.ts'
import type { Reader } from '../store/open.ts'
import { safeAddress } from '../reading/addresses.ts'
import type { Reading, SafeLetter } from '../reading/reading.ts'
import type { Handlers } from './calls.ts'
import type { Desk } from './desk.ts'
import { Refusal } from './errors.ts'
import type { FormReading } from './forms.ts'
import { letterView } from './letter-view.ts'

interface Parts {
  readonly reader: Reader
  readonly reading: Reading
  readonly forms: Pick<FormReading, 'letter'>
  readonly desk: Desk
  /** Base address of the web inbox of this environment, or null where there is none. */
  readonly inbox: string | null
}

/** Letters made safe, and the addresses in them: shown first, opened outside, never by the window itself. */
export function letterHandlers({ reader, reading, forms, desk, inbox }: Parts): Handlers {
  const body = async (id: number): Promise<SafeLetter> => {
    const message = await reader.show(id)
    if (message === null) throw new Refusal('not-found', 'There is no such message')
    if (message.body === null) throw new Refusal('not-here', 'The message is only in Altinn')
    return await reading.letter(message.body, { replyUrls: message.replyOptions.map((option) => option.url) })
  }
  const addressOf = async (place: Place): Promise<LetterLinkView | null> => {
    switch (place.kind) {
      case 'letter':
        return (await body(place.id)).links[place.link] ?? null
      case 'form':
        return (await forms.letter(place, place.view)).links[place.link] ?? null
      case 'reply': {
        const option = (await reader.show(place.id))?.replyOptions[place.option]
        const link = option === undefined ? null : safeAddress(option.url)
        return link?.kind === 'https' ? link : null
      }
      case 'altinn': {
        const dialogId = (await reader.show(place.id))?.dialogId ?? null
        return inbox === null || dialogId === null ? null : safeAddress(`${inbox}/inbox/${dialogId}`)
      }
      case 'sender-page':
        return desk.senderPage === null ? null : { address: desk.senderPage, display: new URL(desk.senderPage).host, ascii: null, kind: 'http', textDisagrees: false, mixedLetters: false }
    }
  }
  return {
    'letters.body': async ({ id }) => letterView(await body(id)),
    'letters.address': async ({ place }) => ({ link: await addressOf(place) }),
    'letters.open': async ({ place }) => {
      const link = await addressOf(place)
      if (link === null) throw new Refusal('not-found', 'There is no address that may be opened')
      if (!(await desk.openOutside(link.address))) throw new Refusal('not-opened', link.display)
      return { address: link.address }
    },
  }
}
