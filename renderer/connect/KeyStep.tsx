import { Button } from '@digdir/designsystemet-react'
import { type ReactElement, type SyntheticEvent, useRef, useState } from 'react'
import type { ConnectionView, KeyProblem } from '../../preload/contract/index.ts'
import { keyText } from '../../resources/locales/sign-in-text.ts'
import { useShared } from '../app/shared.ts'
import { useEngine } from '../engine/hooks.ts'
import { useWords } from '../texts/words.ts'
import { useAction } from './action.ts'
import { grouped } from './organisation-number.ts'
import { ErrorLine, Field, FileInput } from './parts.tsx'

/** Larger files are no keys; the engine says so of smaller ones, this keeps a wrong choice from being read whole. */
const maxKeyBytes = 1_100_000

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** What may be shown of the key that is kept. */
function KeyFacts({ connection: { key } }: { readonly connection: ConnectionView }): ReactElement | null {
  const { t, day } = useWords()
  const { now } = useShared()
  if (key === null) return null
  const { kid, certificate } = key
  const facts = [
    ...(kid === null ? [] : [{ name: t('connect.key.kid'), value: kid }]),
    ...(certificate === null ? [] : [{ name: t('connect.key.certificate'), value: [certificate.organisation === null ? '' : grouped(certificate.organisation), t(certificate.notAfter > now ? 'connect.key.ends' : 'connect.key.ended', { date: day(certificate.notAfter, now) })].filter((text) => text !== '').join(' · ') }]),
  ]
  return (
    <>
      <p role="status">{t('connect.key.kept')}</p>
      {facts.length > 0 && <dl className="facts-table">{facts.map(({ name, value }) => <div key={name}><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>)}</dl>}
    </>
  )
}

/**
 * The private key, from a file or pasted. It lives in the fields alone, never in the window's state, and the fields are
 * emptied as soon as it was handed over, whatever came of it.
 */
export function KeyStep({ connection }: { readonly connection: ConnectionView }): ReactElement {
  const { t } = useWords()
  const engine = useEngine()
  const { busy, error, run } = useAction()
  const { uuid, key, kid } = connection
  const [changing, setChanging] = useState(false)
  const [problem, setProblem] = useState<KeyProblem | 'none' | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const pasted = useRef<HTMLTextAreaElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const [fileName, setFileName] = useState<string | null>(null)
  const [typedKid, setTypedKid] = useState(kid ?? '')
  const empty = (): void => {
    for (const field of [file, pasted, password]) if (field.current !== null) field.current.value = ''
    setFileName(null)
  }
  const save = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (busy) return
    const chosen = file.current?.files?.[0] ?? null
    const text = pasted.current?.value.trim() ?? ''
    if (chosen === null && text === '') {
      setProblem('none')
      return
    }
    const blob = chosen ?? new Blob([text])
    if (blob.size > maxKeyBytes) {
      empty()
      setProblem({ code: 'too-large', detail: '' })
      return
    }
    const secret = password.current?.value ?? ''
    const data = await base64(blob)
    empty()
    const wantedKid = typedKid.trim() === '' ? null : typedKid.trim()
    const answer = await run(async () => {
      // The key id first: without one that a key needs, the key is refused.
      const changed = wantedKid === kid ? { ok: true as const, value: {} } : await engine.call('connect.change', { uuid, kid: wantedKid })
      return changed.ok ? await engine.call('connect.key', { uuid, data, password: secret }) : changed
    })
    if (answer === null) return
    const found = 'problem' in answer ? answer.problem : null
    setProblem(found)
    if (found === null) setChanging(false)
  }
  const said = problem === null ? null : problem === 'none' ? t('connect.key.none') : `${keyText(t, problem.code, problem.detail)}${key === null ? '' : ` ${t('connect.key.as-before')}`}`
  if (key !== null && !changing) {
    return <><p>{t('connect.key.why')}</p><KeyFacts connection={connection} /><div className="buttons"><Button type="button" variant="secondary" data-size="sm" onClick={() => { setChanging(true) }}>{t('connect.key.change')}</Button></div></>
  }
  const isAboutPassword = problem !== null && problem !== 'none' && (problem.code === 'needs-password' || problem.code === 'wrong-password')
  const isAboutKid = problem !== null && problem !== 'none' && problem.code === 'needs-kid'
  return (
    <form className="fields" noValidate autoComplete="off" onSubmit={(event) => void save(event)}>
      <p>{t('connect.key.why')}</p>
      <Field label={t('connect.key.file')}>
        {(props) => <FileInput {...props} field={file} name={fileName} accept=".json,.jwk,.jwks,.pem,.key,.p12,.pfx" autoFocus={changing} onFile={(chosen) => { setFileName(chosen?.name ?? null); setProblem(null) }} />}
      </Field>
      <Field label={t('connect.key.paste')}>
        {(props) => <textarea {...props} ref={pasted} rows={3} autoComplete="off" autoCapitalize="off" autoCorrect="off" spellCheck={false} data-secret />}
      </Field>
      <Field label={t('connect.key.password')} problem={isAboutPassword ? said : null}>
        {(props) => <input {...props} ref={password} type="password" autoComplete="off" maxLength={1000} />}
      </Field>
      <Field label={t('connect.key.kid')} more={t('connect.key.kid.more')} problem={isAboutKid ? said : null}>
        {(props) => <input {...props} autoComplete="off" autoCapitalize="off" spellCheck={false} maxLength={200} value={typedKid} onChange={(event) => { setTypedKid(event.target.value) }} />}
      </Field>
      {said !== null && !isAboutPassword && !isAboutKid && <p role="alert" className="error-text">{said}</p>}
      <ErrorLine error={error} />
      <div className="buttons">
        <Button type="submit" data-size="sm" aria-disabled={busy}>{t('connect.key.keep')}</Button>
        {changing && <Button type="button" variant="tertiary" data-size="sm" onClick={() => { empty(); setProblem(null); setChanging(false) }}>{t('do.cancel')}</Button>}
      </div>
    </form>
  )
}
