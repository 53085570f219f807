import { StoreError } from '../../main/store/errors.ts'

/** How opening ends: 'opened', and closed again, or the code of the store's error. */
export async function codeOf(promise: Promise<{ close(): Promise<void> }>): Promise<string> {
  try {
    await (await promise).close()
    return 'opened'
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  }
}
