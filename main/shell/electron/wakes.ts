/** What of Electron's powerMonitor is used. */
export interface PowerEvents {
  on(event: 'resume' | 'unlock-screen', listener: () => void): unknown
}

/** Tells the engine that the machine woke or was unlocked: the service may be within reach again. */
export function tellWakes(power: PowerEvents, wake: (why: 'resume' | 'unlock') => void): void {
  power.on('resume', () => { wake('resume') })
  power.on('unlock-screen', () => { wake('unlock') })
}
