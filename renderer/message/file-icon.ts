import { ArchiveIcon, EnvelopeClosedIcon, FileCodeIcon, FileExcelIcon, FileIcon, FileImageIcon, FilePdfIcon, FileTextIcon, FileWordIcon } from '@navikt/aksel-icons'
import type { ComponentType } from 'react'
import type { FileKind } from '../../preload/contract/index.ts'

export type Icon = ComponentType<{ 'aria-hidden': true }>

const byKind: Partial<Record<FileKind, Icon>> = { pdf: FilePdfIcon, png: FileImageIcon, jpeg: FileImageIcon, gif: FileImageIcon, webp: FileImageIcon, xml: FileCodeIcon, html: FileCodeIcon, archive: ArchiveIcon, program: FileIcon, other: FileIcon }
const byName: readonly (readonly [RegExp, Icon])[] = [
  [/\.(eml|msg)\s*$/i, EnvelopeClosedIcon], [/\.(xls[xmb]?|csv|ods)\s*$/i, FileExcelIcon], [/\.(docx?|odt|rtf)\s*$/i, FileWordIcon], [/\.pdf\s*$/i, FilePdfIcon], [/\.(png|jpe?g|gif|webp)\s*$/i, FileImageIcon],
  [/\.(xml|json|html?)\s*$/i, FileCodeIcon], [/\.(txt|md|log)\s*$/i, FileTextIcon], [/\.(zip|7z|rar|gz|tar)\s*$/i, ArchiveIcon],
]

/** A drawing of a file's type: by its content where that is known and says more than the name. */
export function fileIcon(name: string, kind: FileKind | null): Icon {
  const named = byName.find(([pattern]) => pattern.test(name))?.[1]
  return (kind === null || kind === 'text' || kind === 'office' || kind === 'other' ? named : byKind[kind]) ?? FileIcon
}
