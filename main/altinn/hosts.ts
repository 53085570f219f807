import type { Environment } from './environment.ts'

/**
 * The exact hosts of an environment. A token, an assertion, a code or a key is sent only to them, and an address that came in
 * an answer (`links.next`, `confirmUrl`, endpoints of a discovery document) is followed or opened only when it is one of them.
 * Origins are compared as a whole: scheme, host and port, never an ending or a beginning of a name.
 */
export class HostList {
  readonly platform: string
  readonly #asked: ReadonlySet<string>
  readonly #login: ReadonlySet<string>
  readonly #approval: string | null

  constructor({ platform, maskinporten, idporten, accessManagementUi }: Environment) {
    this.platform = originOf(platform)
    const issuer = idporten === undefined ? [] : [originOf(idporten.issuer)]
    this.#asked = new Set([this.platform, originOf(maskinporten.token), ...issuer])
    this.#login = new Set([...issuer, ...(idporten?.login === undefined ? [] : [originOf(idporten.login)])])
    this.#approval = accessManagementUi === undefined ? null : originOf(accessManagementUi)
  }

  /** Whether the program itself may send a request there. */
  mayAsk(url: string): boolean {
    return this.#asked.has(safeOrigin(url) ?? '')
  }

  /** Whether an address may be opened in the browser for a login. */
  isLoginPage(url: string): boolean {
    return this.#login.has(safeOrigin(url) ?? '')
  }

  /** The approval page of a system user request as it may be opened, or null when it is not on the access-management host. */
  approvalPage(url: string): string | null {
    const origin = safeOrigin(url)
    return origin !== null && origin === this.#approval ? new URL(url).href : null
  }

  /** Where the next page of a list is, or null when the answer names none or one that is not the platform's. */
  nextPage(url: string | null | undefined): string | null {
    return url != null && safeOrigin(url) === this.platform ? new URL(url).href : null
  }
}

const originOf = (url: string): string => new URL(url).origin

/** The origin of an address from an answer; null for what is none, or hides a user name, or is no web address at all. */
function safeOrigin(url: string): string | null {
  if (!URL.canParse(url)) return null
  const { origin, username, password, protocol } = new URL(url)
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? origin : null
}
