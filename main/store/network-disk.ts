import { statfs } from 'node:fs/promises'
import { StoreError } from './errors.ts'

/** `f_type` of statfs(2) on Linux, for file systems that reach over a network and whose locks other machines may not see. */
const linuxTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x01021997, '9P'],
  [0x47504653, 'GPFS'],
  [0x0bd00bd0, 'Lustre'],
])

/**
 * The network file system a folder lies on, by its path and what the system says of it; null when it lies on a disk of
 * this machine, or when that cannot be known (macOS names no type; FUSE may be either).
 */
export function networkFileSystem(platform: NodeJS.Platform, path: string, type: number): string | null {
  if (platform === 'win32') return /^[\\/]{2}(?![?.][\\/])/.test(path) || /^[\\/]{2}\?[\\/]UNC[\\/]/i.test(path) ? 'a shared folder' : null
  // The system's word is signed on some machines.
  return platform === 'linux' ? (linuxTypes.get(type >>> 0) ?? null) : null
}

/**
 * Refuses a folder on a network: locks and syncs of a database cannot be relied on there (durability.md 3).
 * @throws {StoreError} 'network-file-system'
 */
export async function refuseNetworkDisk(folder: string): Promise<void> {
  const found = networkFileSystem(process.platform, folder, (await statfs(folder)).type)
  if (found !== null) throw new StoreError('network-file-system', `${folder} lies on a network (${found}); a profile needs a disk of this machine`)
}
