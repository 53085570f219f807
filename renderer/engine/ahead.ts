import { type EngineApi, isFormText, type RequestName, type RequestOf, type ResponseOf, type Result } from '../../preload/contract/index.ts'

/** The engine as this needs it: told when it goes or comes back, too. */
interface Asked extends EngineApi {
  watch(watcher: () => void): () => void
}

/** How many answers are kept at most: the row the keys stand on, the one under the pointer, and the two before. */
const mostKept = 8

/**
 * Answers that were asked for before they are needed: the message a person is about to open. Nothing of it is told to
 * anybody: showing reads what is here. Whatever may have changed an answer forgets them all, and who takes one asks anew
 * beside it.
 */
export class Ahead {
  readonly #engine: Asked
  readonly #answers = new Map<string, Result<unknown>>()
  readonly #underWay = new Set<string>()
  /** Counts what was forgotten: an answer that was asked for before is not kept. */
  #turn = 0

  constructor(engine: Asked) {
    this.#engine = engine
    for (const event of ['messages.changed', 'receipts.changed', 'settings.changed'] as const) engine.on(event, () => { this.#forget() })
    engine.watch(() => { this.#forget() })
  }

  /** An answer that is here already, or null. @param request as JSON */
  known<Name extends RequestName>(name: Name, request: string): Result<ResponseOf<Name>> | null {
    return (this.#answers.get(`${name} ${request}`) as Result<ResponseOf<Name>> | undefined) ?? null
  }

  /** Asks for a message and its letter. */
  async message(id: number): Promise<void> {
    const message = await this.#ask('messages.show', { id })
    // A text that is a form is shown as one; the letter of it is not wanted.
    if (message?.ok === true && message.value.body !== null && !isFormText(message.value.body)) await this.#ask('letters.body', { id })
  }

  async #ask<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<Result<ResponseOf<Name>> | null> {
    const json = JSON.stringify(request)
    const key = `${name} ${json}`
    const known = this.known(name, json)
    if (known !== null || this.#underWay.has(key)) return known
    const turn = this.#turn
    this.#underWay.add(key)
    const result = await this.#engine.call(name, request)
    this.#underWay.delete(key)
    if (turn !== this.#turn || !result.ok) return null
    this.#answers.set(key, result)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > mostKept && oldest !== undefined) this.#answers.delete(oldest)
    return result
  }

  #forget(): void {
    this.#turn += 1
    this.#answers.clear()
  }
}
