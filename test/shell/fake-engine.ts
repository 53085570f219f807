import type { EngineChild } from '../../main/shell/engine-host.ts'
import type { ToEngine } from '../../main/shell/engine-process/envelope.ts'

/** An engine process that does, and ends, what and when a test says. */
export class FakeEngine implements EngineChild {
  readonly profile: string
  readonly awaitsSecret: boolean
  readonly posted: ToEngine[] = []
  message: (message: unknown) => void = () => undefined
  exit: (code: number | null) => void = () => undefined
  killed = false
  /** It ends as soon as it is asked to. */
  endsWhenAsked = false

  constructor(profile: string, awaitsSecret: boolean) {
    this.profile = profile
    this.awaitsSecret = awaitsSecret
  }

  post(message: ToEngine): void {
    this.posted.push(message)
    if (this.endsWhenAsked && 'end' in message) this.exit(0)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.message = listener
  }

  onExit(listener: (code: number | null) => void): void {
    this.exit = listener
  }

  kill(): void {
    this.killed = true
  }
}
