import { FilesIcon } from '@navikt/aksel-icons'
import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type ReactNode, type RefObject, useId, useState } from 'react'
import type { EngineError } from '../../preload/contract/index.ts'
import type { TextKey } from '../../resources/locales/index.ts'
import { errorText, shown, useWords } from '../texts/words.ts'

/** An error of the engine, spoken when it appears. */
export function ErrorLine({ error }: { readonly error: EngineError | null }): ReactElement | null {
  const { t } = useWords()
  return error === null ? null : <p role="alert" className="error-text">{errorText(t, error)}</p>
}

interface CopyButtonProps {
  readonly text: string
  readonly label: TextKey
  /** Which of several it copies, for who hears the buttons alone. */
  readonly name?: string
}

/** Copies a text and says so in its place; where the system refuses, the text can still be selected. */
export function CopyButton({ text, label, name }: CopyButtonProps): ReactElement {
  const { t } = useWords()
  const [copied, setCopied] = useState<boolean | null>(null)
  return (
    <span className="buttons">
      <Button type="button" variant="secondary" data-size="sm" aria-label={name === undefined ? undefined : `${t(label)}: ${name}`} onClick={() => { navigator.clipboard.writeText(text).then(() => { setCopied(true) }, () => { setCopied(false) }) }}><FilesIcon aria-hidden />{t(label)}</Button>
      <span role="status" className="quiet">{copied === null ? '' : t(copied ? 'connect.copied' : 'connect.not-copied')}</span>
    </span>
  )
}

interface FieldProps {
  readonly label: string
  readonly more?: string | undefined
  /** Why what stands in it will not do. */
  readonly problem?: string | null
  readonly children: (props: { readonly id: string; readonly 'aria-describedby': string | undefined; readonly 'aria-invalid': boolean; readonly className: string }) => ReactNode
}

/** A field with its name above it, what it is for, and what is wrong with it. */
export function Field({ label, more, problem = null, children }: FieldProps): ReactElement {
  const id = useId()
  const described = [more === undefined ? '' : `${id}-more`, problem === null ? '' : `${id}-problem`].filter((one) => one !== '').join(' ')
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      {more !== undefined && <p id={`${id}-more`} className="quiet">{more}</p>}
      {children({ id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': problem !== null, className: 'plain-field' })}
      {problem !== null && <p id={`${id}-problem`} role="alert" className="error-text">{problem}</p>}
    </div>
  )
}

interface FileInputProps {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean
  readonly field: RefObject<HTMLInputElement | null>
  /** Of the file that is chosen; null: none is. */
  readonly name: string | null
  readonly accept: string
  readonly autoFocus?: boolean
  readonly onFile: (file: File | null) => void
}

/** A file to choose. The system's own field speaks the browser's language, so its words are ours; the field stays for keys and screen readers. */
export function FileInput({ id, field, name, accept, autoFocus = false, onFile, 'aria-describedby': described, 'aria-invalid': isInvalid }: FileInputProps): ReactElement {
  const { t } = useWords()
  return (
    <span className="file-field">
      <input id={id} ref={field} className="only-read" type="file" accept={accept} autoFocus={autoFocus} aria-describedby={described} aria-invalid={isInvalid} onChange={(event) => { onFile(event.target.files?.[0] ?? null) }} />
      <span className="file-button" aria-hidden onClick={() => { field.current?.click() }}>{t('connect.file.choose')}</span>
      <bdi className="quiet">{name === null ? t('connect.file.none') : shown(name)}</bdi>
    </span>
  )
}
