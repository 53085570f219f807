import { ExclamationmarkTriangleIcon } from '@navikt/aksel-icons'
import type { ReactElement } from 'react'
import type { FileLook } from '../../preload/contract/index.ts'
import { shown, useWords } from '../texts/words.ts'

const extensionOf = (name: string): string => shown(`.${/\.([^.\s]{1,20})\s*$/.exec(name.replace(/\p{Cf}/gu, ''))?.[1] ?? ''}`)

/** Why a file is to be looked at twice, in a sentence. */
export function FileWarning({ look, fileName }: { readonly look: FileLook; readonly fileName: string }): ReactElement | null {
  const { t } = useWords()
  const { kind, warning } = look
  if (warning === null) return null
  const isPicture = kind === 'png' || kind === 'jpeg' || kind === 'gif' || kind === 'webp'
  return (
    <p className="notice danger-note file-warning" role="note">
      <ExclamationmarkTriangleIcon aria-hidden />
      <span>{t(`file.warning.${warning}`, { extension: extensionOf(fileName), kind: t(`file.kind.${isPicture ? 'picture' : (kind ?? 'other')}`) })}</span>
    </p>
  )
}
