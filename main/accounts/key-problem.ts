/** Why a key file cannot be used; each has its own sentence, `sign-in.key.<code>`. */
export const keyProblemCodes = [
  'too-large',
  'not-a-key',
  'needs-password',
  'wrong-password',
  /** Password protection that would take minutes to compute: an accident or an attack. */
  'too-costly',
  /** Protection or form that is not supported. */
  'unsupported',
  'public-only',
  'no-private-key',
  'not-rsa',
  'too-small',
  'expired-certificate',
  'not-yet-valid',
  'certificate-of-another-key',
  /** The certificate is another organisation's than was given. */
  'other-organisation',
  /** Neither a key id nor a certificate tells Maskinporten which key it is. */
  'needs-kid',
] as const
export type KeyProblemCode = (typeof keyProblemCodes)[number]

/** A key file that cannot be used. Nothing of its content is in it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
  readonly code: KeyProblemCode
  /** What the sentence names: a date, an organisation number, the field that is missing. */
  readonly detail: string
  constructor(code: KeyProblemCode, detail = '') {
    super(detail === '' ? code : `${code}: ${detail}`)
    this.code = code
    this.detail = detail
  }
}
