/** Threads of the store; the build makes one file of each (`out/main/<name>.js`). */
export const threadEntries = {
  'ledger-thread': 'main/store/threads/ledger-thread.ts',
  'mail-thread': 'main/store/threads/mail-thread.ts',
  'index-thread': 'main/store/threads/index-thread.ts',
  'copy-thread': 'main/store/threads/copy-thread.ts',
  'vault-thread': 'main/store/threads/vault-thread.ts',
  'reader-thread': 'main/store/threads/reader-thread.ts',
} as const
export type ThreadEntry = keyof typeof threadEntries
