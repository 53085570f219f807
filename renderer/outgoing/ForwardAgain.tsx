import { type ReactElement, useEffect } from 'react'
import type { EngineError, OutgoingRow } from '../../preload/contract/index.ts'
import { useAsk } from '../engine/hooks.ts'
import { ForwardDialog } from '../message/ForwardDialog.tsx'
import { useReceipts } from '../message/receipts.ts'

interface ForwardAgainProps {
  readonly row: OutgoingRow
  /** Local id of its letter. */
  readonly id: number
  readonly onClose: () => void
  /** The letter cannot be shown. */
  readonly onError: (error: EngineError) => void
}

/** The dialog that forwards, for what was refused: filled in as it was, and sent as something new. */
export function ForwardAgain({ row, id, onClose, onError }: ForwardAgainProps): ReactElement | null {
  const { value, error } = useAsk('messages.show', { id }, ['messages.changed', 'receipts.changed'])
  const receipts = useReceipts(row.correspondenceId)
  useEffect(() => { if (error !== null) onError(error) }, [error, onError])
  return value === null ? null : <ForwardDialog message={value} receipts={receipts} before={row} onClose={onClose} />
}
