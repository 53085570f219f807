import { describe, expect, it } from 'vitest'
import type { EventName, RequestName } from '../../preload/contract/index.ts'
import { Ahead } from '../../renderer/engine/ahead.ts'

/** An engine that answers with the message's number, and notes what it was asked. */
class Engine {
  readonly asked: string[] = []
  body: string | null = 'Hei'
  readonly #listeners = new Map<string, (event: never) => void>()
  #watcher: () => void = () => undefined
  readonly call = ((name: RequestName, request: { readonly id: number }) => {
    this.asked.push(`${name} ${String(request.id)}`)
    return Promise.resolve({ ok: true, value: name === 'messages.show' ? { id: request.id, body: this.body } : { html: String(request.id) } })
  }) as never
  readonly on = (name: EventName, listener: (event: never) => void): (() => void) => {
    this.#listeners.set(name, listener)
    return () => undefined
  }
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watcher = watcher
    return () => undefined
  }
  tell(name: EventName): void {
    this.#listeners.get(name)?.({} as never)
  }
  goAway(): void {
    this.#watcher()
  }
}

const letter = (ahead: Ahead, id: number) => ahead.known('letters.body', JSON.stringify({ id }))

describe('what is asked for ahead', () => {
  it('is the message and its letter, once', async () => {
    const engine = new Engine()
    const ahead = new Ahead(engine)
    expect(letter(ahead, 1)).toBeNull()
    await Promise.all([ahead.message(1), ahead.message(1)])
    await ahead.message(1)
    expect(engine.asked).toEqual(['messages.show 1', 'letters.body 1'])
    expect(letter(ahead, 1)).toMatchObject({ ok: true, value: { html: '1' } })
    expect(letter(ahead, 2)).toBeNull()
  })

  it('is no letter where there is none to show', async () => {
    const engine = new Engine()
    engine.body = null
    await new Ahead(engine).message(1)
    engine.body = '<?xml version="1.0"?><?mso-infoPathSolution name="a"?><skjema/>'
    await new Ahead(engine).message(2)
    expect(engine.asked).toEqual(['messages.show 1', 'messages.show 2'])
  })

  it('is forgotten when it may have changed, when the engine goes, and when it is old', async () => {
    const engine = new Engine()
    const ahead = new Ahead(engine)
    for (const forget of [() => { engine.tell('messages.changed') }, () => { engine.tell('receipts.changed') }, () => { engine.tell('settings.changed') }, () => { engine.goAway() }]) {
      await ahead.message(1)
      expect(letter(ahead, 1)).not.toBeNull()
      forget()
      expect(letter(ahead, 1)).toBeNull()
    }
    // An answer that was on its way when something changed is not kept either.
    const asked = ahead.message(1)
    engine.tell('messages.changed')
    await asked
    expect(letter(ahead, 1)).toBeNull()
    for (let id = 1; id <= 6; id += 1) await ahead.message(id)
    expect(letter(ahead, 1)).toBeNull()
    expect(letter(ahead, 6)).not.toBeNull()
  })
})
