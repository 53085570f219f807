/** Whose file it is: stands sealed as the first record of every vault file, so that a file without a row can be adopted (durability.md 13). */
export interface VaultOwner {
  /** GUID, lower case. */
  readonly correspondenceId: string
  /** GUID, lower case. */
  readonly attachmentId: string
  readonly fileName: string
}

/** Where an attachment ended: a place in the vault (place.ts), or, under 8 KB, bytes for a row of mail.db. */
export type VaultResult =
  | { readonly kind: 'file'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'inline'; readonly content: Buffer; readonly bytes: number }

/** A file that came in whole and is not in the vault yet: held in memory, or written under a temporary name; `name` is that of its content. */
export type VaultPending =
  | { readonly kind: 'inline'; readonly content: Buffer; readonly bytes: number }
  | { readonly kind: 'held'; readonly owner: VaultOwner; readonly name: string; readonly content: Buffer; readonly bytes: number }
  | { readonly kind: 'written'; readonly temporary: string; readonly name: string; readonly bytes: number }

export interface VaultWriter {
  /** Errors: StoreError 'full' or 'unwritable'; afterwards only `abort` makes sense. */
  write(chunk: Buffer): Promise<void>
  /** All has come in; `settle` then puts it where it belongs. */
  end(): Promise<VaultPending>
  /** Drops what was written; harmless after `end` or a second time. */
  abort(): Promise<void>
}

export interface AdoptableFile {
  readonly name: string
  readonly owner: VaultOwner
}

/**
 * Encrypted attachment files (security.md 19). A name is a place (place.ts): that of the content, an HMAC-SHA256 under a key
 * of its own, and the pack it stands in, if any.
 */
export interface Vault {
  /** Starts a file; its temporary file lies on the same volume. Errors: StoreError 'full' while too little is free for another one. */
  begin(owner: VaultOwner): Promise<VaultWriter>
  /**
   * Resolves when every one is on disk under its final name, folders included; many at once cost far less than one by
   * one. Errors: StoreError 'full' or 'unwritable'; then none may be told of.
   */
  settle(files: readonly VaultPending[]): Promise<readonly VaultResult[]>
  /**
   * The content, every chunk verified before it leaves. Errors: StoreError 'damaged' (a file of its own is then kept aside
   * as `<name>.damaged`), VaultFileMissing when there is none.
   */
  read(name: string): AsyncIterable<Buffer>
  /** Whether the file is there and whole; one that is not whole is kept aside. */
  verify(name: string): Promise<boolean>
  /** Bytes of content. */
  size(name: string): Promise<number>
  /**
   * Removes files of deleted letters, those kept aside included; one that was put there or taken for another letter since
   * stays. Only for names of which the writer of mail.db said that no row refers to them (durability.md 13).
   */
  remove(files: readonly { readonly name: string; readonly deletedAt: number }[]): Promise<void>
  /**
   * Removes files that no row refers to, and those kept aside, when they were last put there before a time. Nothing may be
   * downloaded meanwhile. @returns how many
   */
  collect(known: (names: readonly string[]) => Promise<readonly string[]>, before: number): Promise<number>
  /**
   * Every file that was written to its end, with its owner, but those `known` says have a row; what was left unfinished goes. Looks at a file's first and
   * last record only; one that is not whole there is kept aside.
   */
  adoptable(known?: (names: readonly string[]) => Promise<readonly string[]>): AsyncIterable<AdoptableFile>
}
