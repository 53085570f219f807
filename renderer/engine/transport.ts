/** How the window's connection to the engine's process stands. */
export type TransportState = 'connecting' | 'open' | 'closed' | 'refused'

/**
 * One connection of the window with its shell, whatever carries it. Frames are those of `preload/contract/frames.ts`.
 *
 * - connecting: not there yet, or cut and being made anew by itself
 * - open: frames go both ways
 * - closed: the shell has ended
 * - refused: the other side could not prove who it is, or does not accept us; only a new start helps
 */
export interface Transport {
  readonly state: TransportState
  /** Origin of the page that draws PDFs. */
  readonly pdfOrigin: string
  post(frame: unknown): void
  onFrame(listener: (frame: unknown) => void): void
  onState(listener: (state: TransportState) => void): void
  /** Loads the window anew, for a build that has changed; the connection is made again by itself. */
  renew(): Promise<void>
}
