import { useMemo } from 'react'
import type { MessageView, OutgoingRow, ReceiptKind } from '../../preload/contract/index.ts'
import { useAsk } from '../engine/hooks.ts'

/** Kinds that move a letter or delete it: one after the other, the newest counts. */
export const moveKinds = ['archive', 'bin', 'restore', 'purge'] as const satisfies readonly ReceiptKind[]
export type MoveKind = (typeof moveKinds)[number]
const isMove = (kind: ReceiptKind): kind is MoveKind => (moveKinds as readonly ReceiptKind[]).includes(kind)

/** The newest receipt of each kind for a message, or null. */
export interface Receipts {
  readonly read: OutgoingRow | null
  readonly confirm: OutgoingRow | null
  readonly move: OutgoingRow | null
  readonly forward: OutgoingRow | null
}

/** Not settled: Altinn does not have it yet, or nobody knows. */
export const isUnderWay = (row: Pick<OutgoingRow, 'state'> | null): boolean => row !== null && ['waiting', 'sending', 'accepted', 'undecided'].includes(row.state)

export function useReceipts(correspondenceId: MessageView['correspondenceId'] | undefined): Receipts {
  const { value } = useAsk('receipts.outgoing', correspondenceId == null ? null : { correspondenceId, limit: 20 }, ['receipts.changed', 'messages.changed'])
  return useMemo(() => {
    const rows = (value?.rows ?? []).toSorted((a, b) => b.clickedAt - a.clickedAt)
    const newest = (belongs: (kind: ReceiptKind) => boolean): OutgoingRow | null => rows.find((row) => belongs(row.kind)) ?? null
    return { read: newest((kind) => kind === 'read'), confirm: newest((kind) => kind === 'confirm'), move: newest(isMove), forward: newest((kind) => kind === 'forward') }
  }, [value])
}
