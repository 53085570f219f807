import type { ConnectProblem } from '../../preload/contract/index.ts'
import { translator } from '../../resources/locales/index.ts'
import type { ListenerPages } from '../accounts/loopback-listener.ts'
import { LoginDesk, type LoginOptions } from '../accounts/person-login.ts'
import type { AltinnClient, PersonSession } from '../altinn/client.ts'
import { HostList } from '../altinn/hosts.ts'
import { problemOf } from '../accounts/sign-in-check.ts'
import type { Desk } from './desk.ts'
import { signInView } from './errors.ts'

export interface LoginParts {
  readonly client: AltinnClient
  readonly desk: Pick<Desk, 'openOutside'>
  readonly changed: () => void
  /** A person has logged in. @returns what stands in the way of using it, or null */
  readonly arrived: (uuid: string, session: PersonSession) => Promise<ConnectProblem | null>
}

function pagesIn(language: LoginOptions['language']): ListenerPages {
  const t = translator(language)
  return {
    done: { language, title: t('sign-in.page.done.title'), text: t('sign-in.page.done.text') },
    other: { language, title: t('sign-in.page.other.title'), text: t('sign-in.page.other.text') },
  }
}

/** Logins of persons in their own browser, one at a time: a newer one takes an older one's place. */
export class ConnectLogins {
  readonly #parts: LoginParts
  readonly #hosts: HostList
  readonly #service: LoginDesk
  /** The login under way: whose it is, and where the person logs in as soon as that is known. */
  #now: { readonly uuid: string; address: string | null } | null = null
  readonly #open = new Set<Promise<unknown>>()

  constructor(parts: LoginParts) {
    this.#parts = parts
    this.#hosts = new HostList(parts.client.environment)
    this.#service = new LoginDesk(parts.client)
  }

  /** null while no login of this one is under way. */
  underWay(uuid: string): { readonly address: string | null } | null {
    return this.#now?.uuid === uuid ? this.#now : null
  }

  async login(uuid: string, level: LoginOptions['level'], language: LoginOptions['language']): Promise<ConnectProblem | null> {
    const login = this.#login(uuid, level, language)
    this.#open.add(login)
    try {
      return await login
    } finally {
      this.#open.delete(login)
    }
  }

  cancel(uuid: string): void {
    if (this.#now?.uuid === uuid) this.#service.cancel()
  }

  /** Ends a login under way, if there is one. */
  async close(): Promise<void> {
    this.#service.cancel()
    await Promise.allSettled(this.#open)
  }

  async #login(uuid: string, level: LoginOptions['level'], language: LoginOptions['language']): Promise<ConnectProblem | null> {
    const own = { uuid, address: null as string | null }
    this.#now = own
    this.#parts.changed()
    try {
      const outcome = await this.#service.login({
        level,
        language,
        pages: pagesIn(language),
        // The endpoint was held against the environment's hosts before; what is opened is looked at once more.
        open: async (address) => this.#hosts.isLoginPage(address) && (await this.#parts.desk.openOutside(address)),
        shown: (address) => {
          own.address = address
          this.#parts.changed()
        },
      })
      if (outcome.ok) return await this.#parts.arrived(uuid, outcome.value)
      const problem = problemOf('idporten', outcome.failure)
      return problem.kind === 'sign-in' ? { kind: 'sign-in', problem: signInView(problem.problem) } : problem
    } finally {
      if (this.#now === own) this.#now = null
      this.#parts.changed()
    }
  }
}
