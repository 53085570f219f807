import { readIfThere, writeWhole } from '../../main/store/disk.ts'

/** Where a file lies that is replaced whole. */
export interface WholeFile {
  /** null when there is none. */
  read(): Promise<Buffer | null>
  replace(content: Buffer): Promise<void>
}

/** A file as the program writes its own. */
export const diskFile = (path: string): WholeFile => ({ read: () => readIfThere(path), replace: (content) => writeWhole(path, content) })
