import { demoWorld } from '../../../main/localtest/world/demo.ts'
import type { SentAttachment, SentMessage, World } from '../../../main/localtest/world/model.ts'

/** Tuesday 24 November 2026 at 10:00 in Oslo. */
export const anchorAt = Date.UTC(2026, 10, 24, 9, 0)

export const world: World = demoWorld(7, anchorAt)

export interface File {
  readonly message: SentMessage
  readonly attachment: SentAttachment
}

/** Every attachment of the world with its message, of one kind of file or all. */
export function files(extension?: string): readonly File[] {
  return world.messages
    .flatMap((message) => message.attachments.map((attachment) => ({ message, attachment })))
    .filter(({ attachment }) => extension === undefined || extensionOf(attachment.fileName) === extension)
}

/** Lower case, without the dot. */
export function extensionOf(fileName: string): string {
  return fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase()
}

/** Whether it is one of the few letters written to hurt a careless reader. */
export function isHostile(message: SentMessage): boolean {
  return /overtatt|sporing\.example|\u202e|^x{255}$|example\.invalid|fakturaen ligger ved/im.test(`${message.title}\n${message.summary ?? ''}\n${message.body}`)
}
