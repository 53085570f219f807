import { extname } from 'node:path'
import type { LocalState, MessageState } from '../state.ts'
import { dialogTime } from '../times.ts'
import type { SentAttachment } from '../world/model.ts'
import { partId } from './part-id.ts'

/** Media type of a text that is fetched from its address. */
export const contentType = 'application/vnd.dialogporten.frontchannelembed-url;type=text/markdown'

/** Media types as Dialogporten shows them; some are literal words (altinn3.md 3.6). */
function mediaType({ fileName, dataType }: SentAttachment): string {
  const extension = extname(fileName).slice(1).toUpperCase()
  if (['PPT', 'PPS', 'GIF', 'BMP', 'DCM', 'DICOM'].includes(extension)) return extension
  return dataType === 'text/xml' ? 'application/xml' : dataType
}

/** A file of a correspondence; when its time is up its address goes, and only that (altinn3.md 3.8). */
export function attachmentWire(state: LocalState, dialogId: string, message: MessageState, file: SentAttachment, url: string) {
  const { expiresAt } = file
  const shown = expiresAt !== null && expiresAt <= state.now() ? 'urn:dialogporten:expired' : url
  return {
    id: partId(dialogId, file.id),
    displayName: [{ value: file.displayName ?? file.fileName, languageCode: message.sent.language }],
    urls: [{ id: partId(dialogId, `${file.id} url`), url: shown, mediaType: mediaType(file), consumerType: 'Gui' }],
    ...(expiresAt === null ? {} : { expiresAt: dialogTime(expiresAt) }),
  }
}
