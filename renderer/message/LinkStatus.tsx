import { ExclamationmarkTriangleIcon } from '@navikt/aksel-icons'
import type { ReactElement } from 'react'
import type { LetterLinkView } from '../../preload/contract/index.ts'
import { useWords } from '../texts/words.ts'

/** The most of an address that the line shows; the dialog shows all of it. */
const longest = 200

/** Where the link under the pointer or the focus leads: ours, outside of the sender's frame (security.md 3 and 7). */
export function LinkStatus({ link }: { readonly link: LetterLinkView }): ReactElement {
  const { t } = useWords()
  const isDoubtful = link.textDisagrees || link.mixedLetters
  return (
    <p className="link-status" data-doubtful={isDoubtful} aria-hidden>
      {isDoubtful && <><ExclamationmarkTriangleIcon />{t('link.beware')} </>}
      <bdi>{link.address.length > longest ? `${link.address.slice(0, longest)}…` : link.address}</bdi>
    </p>
  )
}
