import type { SentMessage } from './world/model.ts'

/** A sender's reference longer than this stops a message for ever: no dialog is made and it is not published (altinn3.md 3.8). */
const longestReference = 255
export const isStuck = ({ sendersReference }: SentMessage): boolean => sendersReference.length > longestReference
