import type { FileHandle } from 'node:fs/promises'

/** A file that is not what was written. */
export class VaultDamage extends Error {
  override readonly name: string = 'VaultDamage'
}

/** A pack none of whose members can be found any more. */
export class PackDamage extends VaultDamage {
  override readonly name = 'PackDamage'
}

/** There is no such file in the vault. */
export class VaultFileMissing extends Error {
  override readonly name = 'VaultFileMissing'
}

/** So many bytes from a position. @throws {VaultDamage} when the file ends before. */
export async function exactly(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) throw new VaultDamage('the file ends too early')
    done += bytesRead
  }
  return bytes
}
