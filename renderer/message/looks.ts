import { useEffect, useState } from 'react'
import type { FileLook, MessageView } from '../../preload/contract/index.ts'
import { useEngine } from '../engine/hooks.ts'

/** What the files of a message are, by attachment; asked anew when one of them came or went. */
export function useLooks({ id, attachments }: Pick<MessageView, 'id' | 'attachments'>): ReadonlyMap<string, FileLook> {
  const engine = useEngine()
  const [looks, setLooks] = useState<ReadonlyMap<string, FileLook>>(new Map())
  const key = attachments.map(({ attachmentId, state }) => `${attachmentId} ${state}`).join()
  useEffect(() => {
    let wanted = true
    if (key === '') return undefined
    void engine.call('files.look', { id }).then((result) => {
      if (wanted && result.ok) setLooks(new Map(result.value.files.map((one) => [one.attachmentId, one])))
    })
    return () => { wanted = false }
  }, [engine, id, key])
  return looks
}
