import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, useId, useRef, useState } from 'react'
import { useWords } from '../texts/words.ts'

/** Asks for a document's password. It stands in the field alone, is handed over once and cleared (security.md 25). */
export function PdfPassword({ wrong, onPassword, onSave }: { readonly wrong: boolean; readonly onPassword: (text: string) => void; readonly onSave: () => void }): ReactElement {
  const { t } = useWords()
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  const [cancelled, setCancelled] = useState(false)
  if (cancelled) {
    return (
      <div className="tab-message">
        <h3>{t('pdf.password.title')}</h3>
        <p>{t('pdf.password.cancelled')}</p>
        <div className="buttons">
          <Button variant="secondary" onClick={() => { setCancelled(false) }}>{t('pdf.password.again')}</Button>
          <Button variant="secondary" onClick={onSave}>{t('do.save')}</Button>
        </div>
      </div>
    )
  }
  return (
    <form
      className="tab-message pdf-password"
      onSubmit={(event) => {
        event.preventDefault()
        const text = field.current?.value ?? ''
        if (text === '' || field.current === null) return
        field.current.value = ''
        onPassword(text)
      }}
    >
      <h3>{t('pdf.password.title')}</h3>
      <p id={`${id}-more`}>{t('pdf.password.more')}</p>
      <label htmlFor={id}>{t('pdf.password.label')}</label>
      <input ref={field} id={id} className="plain-field" type="password" autoFocus autoComplete="off" maxLength={500} aria-invalid={wrong} aria-describedby={wrong ? `${id}-wrong` : `${id}-more`} />
      {wrong && <p id={`${id}-wrong`} role="alert" className="error-text">{t('pdf.password.wrong')}</p>}
      <div className="buttons">
        <Button type="submit" variant="secondary">{t('pdf.password.open')}</Button>
        <Button type="button" variant="tertiary" onClick={() => { setCancelled(true) }}>{t('do.cancel')}</Button>
      </div>
    </form>
  )
}
