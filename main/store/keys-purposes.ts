import { hkdfSync, type KeyObject } from 'node:crypto'

/**
 * Every HKDF-SHA256 purpose of the store (security.md 20). A purpose never changes its meaning: a new use or a new form is
 * a new line.
 */
export const keyPurposes = {
  /** Raw keys of the databases. */
  ledger: 'meldingsboks/ledger.db/1',
  mail: 'meldingsboks/mail.db/1',
  index: 'meldingsboks/index.db/1',
  /** Parent of the journal's segment keys, and the key that authenticates segment headers. */
  journal: 'meldingsboks/journal-key/1',
  'journal-header': 'meldingsboks/journal-header/1',
  /** Parent of the vault's file keys, and the key of the file names. */
  vault: 'meldingsboks/vault-key/1',
  'vault-name': 'meldingsboks/vault-name/1',
  /** secrets.sealed. */
  secrets: 'meldingsboks/secrets/1',
  /** Parent of the keys of form templates. */
  forms: 'meldingsboks/forms/1',
} as const
export type KeyPurpose = keyof typeof keyPurposes

/** Purposes below those keys: one key a journal segment, a vault file, a slot of keys.json, a sealed secret. */
export const segmentPurpose = 'meldingsboks/journal/1'
/** With the file's salt: the key of the file that stands under this name. */
export const vaultFilePurpose = (fileName: string): string => `meldingsboks/vault/1/${fileName}`
export const slotPurpose = (kind: string): string => `meldingsboks/slot/${kind}/1`
export const templatePurpose = (id: string): string => `meldingsboks/template/1/${id}`
export const sealedPurpose = (name: string): string => `meldingsboks/secret/1/${name}`

/** HKDF-SHA256 (RFC 5869) to 32 bytes. */
export function expand(key: Buffer | KeyObject, salt: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, purpose, 32))
}
