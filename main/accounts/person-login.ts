import type { LoginLevel, PersonLogin, PersonSession } from '../altinn/idporten.ts'
import { type Outcome } from '../altinn/outcome.ts'
import { signInFailure } from '../altinn/sign-in-answers.ts'
import { signInProblem, type SignInProblemCode } from '../altinn/sign-in-problem.ts'
import { listenForLogin, type ListenerPages, type LoopbackListener } from './loopback-listener.ts'

export interface LoginOptions {
  readonly level: LoginLevel
  readonly language: 'nb' | 'nn' | 'en'
  readonly pages: ListenerPages
  /** Opens an address in the person's own browser; false when that cannot be done. */
  readonly open: (address: string) => Promise<boolean>
  /** Told of the address, so that it can be shown and copied where no browser opens. */
  readonly shown?: (address: string) => void
}

/** What a login desk needs of the client. */
export interface LoginService {
  beginLogin(request: { readonly redirectUri: string; readonly level: LoginLevel; readonly language: 'nb' | 'nn' | 'en' }): Promise<Outcome<PersonLogin>>
}

/** A person who has not come back by then is asked again (security.md 25). */
export const loginMs = 300_000
/** So long the listener stays after the answer, for the browser to follow to its last page. */
const farewellMs = 1500

interface UnderWay {
  end(reason: Extract<SignInProblemCode, 'login-replaced' | 'login-refused'>): void
  readonly ended: Promise<void>
}

/** Logs persons in, one at a time: a newer login takes an older one's place. */
export class LoginDesk {
  readonly #service: LoginService
  readonly #timeoutMs: number
  #underWay: UnderWay | null = null

  constructor(service: LoginService, timeoutMs: number = loginMs) {
    this.#service = service
    this.#timeoutMs = timeoutMs
  }

  /** Ends a login that is under way, if there is one. */
  cancel(): void {
    this.#underWay?.end('login-refused')
  }

  async login(options: LoginOptions): Promise<Outcome<PersonSession>> {
    const before = this.#underWay
    const stop: { reason: SignInProblemCode | null } = { reason: null }
    let wake: () => void = () => undefined
    let finished: () => void = () => undefined
    const stopped = new Promise<null>((resolve) => {
      wake = () => { resolve(null) }
    })
    const own: UnderWay = {
      end: (reason) => {
        stop.reason ??= reason
        wake()
      },
      ended: new Promise((resolve) => {
        finished = resolve
      }),
    }
    this.#underWay = own
    before?.end('login-replaced')
    await before?.ended
    const timer = setTimeout(() => {
      stop.reason ??= 'login-timed-out'
      wake()
    }, this.#timeoutMs)
    let listener: LoopbackListener | null = null
    let answered = false
    try {
      listener = await listenForLogin(options.pages)
      const begun = await this.#service.beginLogin({ redirectUri: listener.redirectUri, level: options.level, language: options.language })
      if (!begun.ok) return begun
      const login = begun.value
      const answer = listener.answer(login.state)
      options.shown?.(login.address)
      await options.open(login.address)
      const query = await Promise.race([answer, stopped])
      if (query === null) return { ok: false, failure: signInFailure(signInProblem(stop.reason ?? 'login-timed-out', 'LOGIN')), exchange: begun.exchange }
      answered = true
      return await login.finish(query)
    } finally {
      clearTimeout(timer)
      if (this.#underWay === own) this.#underWay = null
      await this.#leave(listener, answered)
      finished()
    }
  }

  /** The browser is on its way to the last page when the answer is here: the listener waits for it a moment, and nobody for the listener. */
  async #leave(listener: LoopbackListener | null, answered: boolean): Promise<void> {
    if (listener === null) return
    if (!answered) {
      await listener.close()
      return
    }
    setTimeout(() => {
      void listener.close()
    }, farewellMs).unref()
  }
}
