import type { ReactElement, RefObject } from 'react'
import { shortestPassphrase } from '../../preload/contract/index.ts'
import { Field } from '../connect/parts.tsx'
import { useWords } from '../texts/words.ts'

/** The two fields, as they are in the page: what is typed into them is part of nothing that this window remembers. */
export interface PassphraseFields {
  readonly first: RefObject<HTMLInputElement | null>
  readonly again: RefObject<HTMLInputElement | null>
}

/** Why a new passphrase will not do, before anybody is asked. */
export type PassphraseProblem = 'passphrase' | 'repeat'

/** Reads the fields once. Wrong ones are emptied, so that both are typed anew. */
export function takePassphrase({ first, again }: PassphraseFields): { readonly passphrase: string } | { readonly problem: PassphraseProblem } {
  const [passphrase, repeated] = [first.current?.value ?? '', again.current?.value ?? '']
  const problem: PassphraseProblem | null = passphrase.length < shortestPassphrase ? 'passphrase' : passphrase === repeated ? null : 'repeat'
  if (problem === null) return { passphrase }
  emptyPassphrase({ first, again })
  first.current?.focus()
  return { problem }
}

export function emptyPassphrase({ first, again }: PassphraseFields): void {
  for (const field of [first, again]) if (field.current !== null) field.current.value = ''
}

/** A passphrase that is typed twice. */
export function NewPassphrase({ fields, problem, autoFocus = false }: { readonly fields: PassphraseFields; readonly problem: PassphraseProblem | null; readonly autoFocus?: boolean }): ReactElement {
  const { t } = useWords()
  const count = shortestPassphrase
  return (
    <>
      <Field label={t('profile.passphrase')} more={t('profile.passphrase.more', { count })} problem={problem === 'passphrase' ? t('profile.problem.passphrase', { count }) : null}>
        {(props) => <input {...props} ref={fields.first} type="password" autoComplete="off" maxLength={1000} autoFocus={autoFocus} />}
      </Field>
      <Field label={t('profile.repeat')} problem={problem === 'repeat' ? t('profile.problem.repeat') : null}>
        {(props) => <input {...props} ref={fields.again} type="password" autoComplete="off" maxLength={1000} />}
      </Field>
    </>
  )
}
