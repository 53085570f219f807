import { Button, Radio } from '@digdir/designsystemet-react'
import { type ReactElement, type SubmitEvent, useId, useRef, useState } from 'react'
import type { EngineError, KeychainState, ProfileMakeProblem } from '../../preload/contract/index.ts'
import { ErrorLine, Field, FileInput } from '../connect/parts.tsx'
import { useAsk, useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import { emptyPassphrase, NewPassphrase, type PassphraseProblem, takePassphrase } from './NewPassphrase.tsx'

const environments = ['prod', 'tt02', 'own'] as const
type Problem = ProfileMakeProblem | PassphraseProblem

/** Which problems stand at which field. */
const ofName = ['name', 'exists'] as const
const ofAddresses = ['addresses', 'ca-file'] as const
const ofKeychain = ['keychain-locked', 'keychain-absent', 'keychain-changed', 'keychain-denied'] as const
const among = <One extends Problem>(problem: Problem | null, some: readonly One[]): One | null => some.find((one) => one === problem) ?? null

/** A file's text; empty where none is chosen, or it is there no more: then it is said that these are no addresses. */
async function textOf(file: File | undefined): Promise<string> {
  try {
    return (await file?.text()) ?? ''
  } catch (error) {
    if (error instanceof DOMException) return ''
    throw error
  }
}

/** What the keychain is good for, said beside the choice of it. */
export const keychainText = (state: KeychainState | null): `profile.keychain.${KeychainState | 'asking'}` => `profile.keychain.${state ?? 'asking'}`

/**
 * Makes a profile and opens it in this window: a name, which Altinn, and what opens it. Identities are added in it
 * afterwards. The passphrase is read from its fields once and wiped.
 */
export function NewProfile(): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const keychain = useAsk('profiles.keychain', {}).value?.keychain ?? null
  const [name, setName] = useState('')
  const [environment, setEnvironment] = useState<(typeof environments)[number]>('prod')
  const file = useRef<HTMLInputElement>(null)
  const [fileName, setFileName] = useState<string | null>(null)
  const [chosen, setChosen] = useState<'keychain' | 'passphrase' | null>(null)
  const by = chosen ?? (keychain === 'available' ? 'keychain' : 'passphrase')
  const [problem, setProblem] = useState<{ readonly code: Problem; readonly detail: string } | null>(null)
  const [failure, setFailure] = useState<EngineError | null>(null)
  const [busy, setBusy] = useState(false)
  const passphrase = { first: useRef<HTMLInputElement>(null), again: useRef<HTMLInputElement>(null) }
  const why = useId()
  const code = problem?.code ?? null

  const make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    if (busy) return
    setProblem(null)
    setFailure(null)
    const taken = by === 'passphrase' ? takePassphrase(passphrase) : null
    if (taken !== null && 'problem' in taken) {
      setProblem({ code: taken.problem, detail: '' })
      return
    }
    setBusy(true)
    // From the field itself: a file that was put right and chosen again is another one, and nobody says so.
    const addresses = environment === 'own' ? await textOf(file.current?.files?.[0]) : ''
    const wanted = { name: name.trim(), environment: environment === 'own' ? { addresses } : environment, protect: taken === null ? ({ by: 'keychain' } as const) : ({ by: 'passphrase', ...taken } as const) }
    const made = await engine.call('profiles.make', wanted)
    setBusy(false)
    setFailure(made.ok ? null : made.error)
    if (!made.ok) return
    if (made.value.problem !== null) {
      setProblem({ code: made.value.problem, detail: made.value.detail })
      return
    }
    emptyPassphrase(passphrase)
    engine.openProfile(wanted.name, taken?.passphrase)
  }

  const nameProblem = among(code, ofName)
  const addressProblem = among(code, ofAddresses)
  const keychainProblem = among(code, ofKeychain)
  return (
    <form className="new-profile fields" onSubmit={(event) => void make(event)} autoComplete="off">
      <Field label={t('profile.name')} more={t('profile.name.more')} problem={nameProblem === null ? null : t(`profile.problem.${nameProblem}`)}>
        {(props) => <input {...props} type="text" autoComplete="off" autoCapitalize="off" autoCorrect="off" spellCheck={false} maxLength={100} value={name} onChange={(event) => { setName(event.target.value) }} />}
      </Field>
      <fieldset>
        <legend>{t('profile.environment')}</legend>
        {environments.map((one) => <Radio key={one} name="environment" value={one} label={t(`profile.environment.${one}`)} description={t(`profile.environment.${one}.more`)} checked={environment === one} onChange={() => { setEnvironment(one) }} />)}
      </fieldset>
      {environment === 'own' && (
        <Field label={t('profile.addresses')} more={t('profile.addresses.more')} problem={addressProblem === null ? null : t(`profile.problem.${addressProblem}`, { detail: problem?.detail ?? '' })}>
          {(props) => <FileInput {...props} field={file} name={fileName} accept=".json,application/json" onFile={(one) => { setFileName(one?.name ?? null) }} />}
        </Field>
      )}
      <fieldset>
        <legend>{t('profile.protect')}</legend>
        <p className="quiet">{t('profile.protect.more')}</p>
        <Radio name="protect" value="keychain" label={t('profile.protect.keychain')} description={keychain === 'available' ? t(keychainText(keychain)) : undefined} aria-describedby={keychain === 'available' ? undefined : why} disabled={keychain !== 'available'} checked={by === 'keychain'} onChange={() => { setChosen('keychain') }} />
        {/* Not part of what is greyed out: it has to be read. */}
        {keychain !== 'available' && <p id={why} className="quiet radio-why">{t(keychainText(keychain))}</p>}
        <Radio name="protect" value="passphrase" label={t('profile.protect.passphrase')} description={t('profile.protect.passphrase.more')} checked={by === 'passphrase'} onChange={() => { setChosen('passphrase') }} />
        {keychainProblem !== null && <p role="alert" className="error-text">{t(`profile.problem.${keychainProblem}`)}</p>}
      </fieldset>
      {by === 'passphrase' && <NewPassphrase fields={passphrase} problem={among(code, ['passphrase', 'repeat'])} />}
      <ErrorLine error={failure} />
      <div className="buttons"><Button type="submit" data-size="sm" loading={busy}>{t('profile.make')}</Button></div>
    </form>
  )
}
