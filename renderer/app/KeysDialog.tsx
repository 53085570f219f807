import { Button } from '@digdir/designsystemet-react'
import { type ReactElement } from 'react'
import { useWords } from '../texts/words.ts'
import { usePlace } from './state.ts'
import { useModal } from './modal.ts'

const keys = [
  ['j k ↑ ↓', 'keys.move'], ['Enter', 'keys.open'], ['Esc', 'keys.back'], ['x', 'keys.select'], ['Shift+J Shift+K', 'keys.extend'], ['e', 'keys.handled'], ['r', 'keys.read'], ['c', 'keys.confirm'], ['u', 'keys.unread'],
  ['/', 'keys.search'], ['Ctrl+K', 'keys.palette'], ['?', 'keys.keys'], ['F5', 'keys.fetch'], ['F6 Shift+F6', 'keys.region'], ['g i b f u o a', 'keys.go'], ['[ ]', 'keys.tab'], ['Ctrl+P', 'keys.print'], ['Ctrl+F', 'keys.find'],
] as const

export function KeysDialog(): ReactElement {
  const { t } = useWords()
  const [, go] = usePlace()
  const dialog = useModal()
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="keys-title" onClose={() => { go({ to: 'dialog', dialog: null }) }}>
      <h2 id="keys-title">{t('keys.title')}</h2>
      <dl className="keys">{keys.map(([key, text]) => <div key={key}><dt>{key.split(' ').map((one) => <kbd key={one}>{one}</kbd>)}</dt><dd>{t(text)}</dd></div>)}</dl>
      <p className="quiet">{t('keys.note')}</p>
      <div className="buttons end"><Button variant="secondary" data-first onClick={() => { dialog.current?.close() }}>{t('do.close')}</Button></div>
    </dialog>
  )
}
