import type { Label } from '../world/model.ts'
import type { DialogChange } from './effects.ts'

export interface SeenRow {
  readonly id: string
  readonly at: number
  readonly caller: string
}

export interface LabelLogRow {
  readonly at: number
  readonly label: Label
  readonly action: 'set' | 'remove'
  /** `null`: the service owner. */
  readonly caller: string | null
}

/** A transmission that came while the world runs. */
export interface LateTransmission {
  readonly id: string
  readonly at: number
  readonly title: string
  readonly type: string
  readonly by: 'ServiceOwner' | 'PartyRepresentative'
  /** The correspondence it carries. */
  readonly messageId: string | null
  readonly externalReference: string | null
}

export interface LateActivity {
  readonly id: string
  readonly at: number
  readonly type: string
  readonly by: 'ServiceOwner' | 'PartyRepresentative'
  readonly description: string | null
}

/** What happened to one dialog since the world began; a dialog that nothing happened to has none. */
export interface DialogLife {
  labels: readonly Label[] | null
  /** Of the end user's context. */
  labelRevision: string | null
  readonly labelLog: LabelLogRow[]
  readonly seen: SeenRow[]
  change: DialogChange
  createdAt: number | null
  updatedAt: number | null
  contentUpdatedAt: number | null
  deletedAt: number | null
  erased: boolean
  /** Writes of its owner, silent ones included: each gives a new revision. */
  writes: number
  readonly transmissions: LateTransmission[]
  readonly activities: LateActivity[]
}

export const newLife = (): DialogLife => ({
  labels: null, labelRevision: null, labelLog: [], seen: [], change: {}, createdAt: null, updatedAt: null, contentUpdatedAt: null, deletedAt: null, erased: false, writes: 0, transmissions: [], activities: [],
})
