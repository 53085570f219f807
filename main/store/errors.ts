export type StoreErrorCode =
  | 'wrong-key'
  | 'damaged'
  | 'too-new'
  | 'full'
  | 'unwritable'
  | 'locked'
  | 'missing-keys'
  | 'network-file-system'

/** What can be wrong with a profile's files, as a value the window and the command line can word. */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
