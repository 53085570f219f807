import type { EngineError, FileLook } from '../../preload/contract/index.ts'
import { detectKind, safeFileName } from '../reading/file-kinds.ts'
import { UniqueNames } from '../reading/file-names.ts'
import { warningOf } from '../reading/file-warnings.ts'
import { copyName, isHarmlessOffice, maxOfficeBytes } from '../reading/openable.ts'
import type { AttachmentView } from '../store/reader/api.ts'
import type { Reader } from '../store/open.ts'
import type { Handlers } from './calls.ts'
import type { Copies } from './copies.ts'
import type { Desk } from './desk.ts'
import { engineErrorOf, Refusal } from './errors.ts'
import { bytesOf, headOf, type KeptFiles } from './files.ts'
import { newFileIn, saveTo } from './saving.ts'

interface Parts {
  readonly reader: Pick<Reader, 'show'>
  readonly files: KeptFiles
  readonly desk: Desk
  readonly copies: Copies
}

/** Files on their way out of the window: what they are, into another program, all of them into a folder. */
export function fileDeskHandlers({ reader, files, desk, copies }: Parts): Handlers {
  const attachmentsOf = async (id: number): Promise<readonly AttachmentView[]> => {
    const message = await reader.show(id)
    if (message === null) throw new Refusal('not-found', 'There is no such message')
    return message.attachments
  }
  const look = async (id: number, { attachmentId, fileName, state }: AttachmentView): Promise<FileLook> => {
    const head = state === 'stored' ? await files.peek(id, attachmentId) : null
    if (head === null || head === 'lost') return { attachmentId, kind: null, warning: warningOf(fileName, null), opens: false, damaged: head === 'lost' }
    const kind = detectKind(fileName, head)
    const warning = warningOf(fileName, kind)
    return { attachmentId, kind, warning, opens: warning === null && copyName(fileName, kind, head) !== null, damaged: false }
  }
  const saveOne = async (id: number, { attachmentId }: AttachmentView, folder: string, names: UniqueNames): Promise<EngineError['code'] | null> => {
    try {
      await files.with(id, attachmentId, async (file) => {
        const name = names.take(safeFileName(file.fileName, detectKind(file.fileName, await headOf(file))))
        await saveTo(await newFileIn(folder, name), file.content(), true)
      })
      return null
    } catch (error) {
      const known = engineErrorOf(error)
      if (known === null) throw error
      return known.code
    }
  }
  return {
    'files.look': async ({ id }) => {
      const looks: FileLook[] = []
      for (const one of await attachmentsOf(id)) looks.push(await look(id, one))
      return { files: looks }
    },
    'files.open': async ({ id, attachmentId }) => {
      const path = await files.with(id, attachmentId, async (file) => {
        const head = await headOf(file)
        const kind = detectKind(file.fileName, head)
        const name = copyName(file.fileName, kind, head)
        if (name === null || warningOf(file.fileName, kind) !== null) throw new Refusal('unsafe-file', kind)
        if (kind === 'office' && (file.bytes > maxOfficeBytes || !(await isHarmlessOffice(await bytesOf(file, maxOfficeBytes))))) throw new Refusal('unsafe-file', kind)
        return await copies.make(`${String(id)} ${attachmentId}`, name, file.content())
      })
      if (!(await desk.openCopy(path))) throw new Refusal('not-opened', 'No program took the file')
      return {}
    },
    'files.save-all': async ({ id }) => {
      const attachments = await attachmentsOf(id)
      const kept = attachments.filter(({ state }) => state === 'stored')
      if (kept.length === 0) throw new Refusal('not-here', 'No file of it is kept here')
      const target = await desk.folderTarget('Meldingsboks')
      if (target === null) return { folder: null, saved: 0, failed: [], notHere: 0 }
      const names = new UniqueNames()
      const failed: { attachmentId: string; code: EngineError['code'] }[] = []
      for (const one of kept) {
        const code = await saveOne(id, one, target.path, names)
        if (code !== null) failed.push({ attachmentId: one.attachmentId, code })
      }
      return { folder: target.path, saved: kept.length - failed.length, failed, notHere: attachments.length - kept.length }
    },
    'files.copies': async () => ({ left: [...(await copies.left())] }),
    'files.close-copies': async () => {
      await copies.clear()
      return { left: [...(await copies.left())] }
    },
  }
}
