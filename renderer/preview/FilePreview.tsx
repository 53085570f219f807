import { type ReactElement, useMemo } from 'react'
import type { FileKind } from '../../preload/contract/index.ts'
import { joined, type Loaded, maxTextBytes } from '../message/bytes.ts'
import { decode } from './decode.ts'
import { Picture } from './Picture.tsx'
import { TableView } from './TableView.tsx'
import { TextView } from './TextView.tsx'

const images: Partial<Record<FileKind, string>> = { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' }

/** Whether the window draws a file itself. */
export const isPreviewed = (loaded: Extract<Loaded, { ok: true }>): boolean => !loaded.tooLarge && (images[loaded.kind] !== undefined ? loaded.pieces.length > 0 : loaded.kind === 'text')

/** A picture, a table, JSON or text, by content first and by name where the content does not tell. */
export function FilePreview({ loaded, fileName, name }: { readonly loaded: Extract<Loaded, { ok: true }>; readonly fileName: string; readonly name: string }): ReactElement {
  const type = images[loaded.kind]
  const text = useMemo(() => (type === undefined ? decode(joined(loaded.pieces, maxTextBytes)).text : ''), [loaded.pieces, type])
  if (type !== undefined) return <Picture pieces={loaded.pieces} type={type} name={name} />
  const extension = /\.(\w+)\s*$/.exec(fileName)?.[1]?.toLowerCase()
  const cut = loaded.bytes > maxTextBytes
  return extension === 'csv' ? <TableView text={text} cut={cut} name={name} /> : <TextView text={text} cut={cut} json={extension === 'json'} name={name} />
}
