import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { networkFileSystem, refuseNetworkDisk } from '../../main/store/network-disk.ts'

describe('a folder on a network', () => {
  it.each([
    ['linux', '/home/kari', 0x6969, 'NFS'],
    ['linux', '/mnt/felles', 0xff534d42, 'CIFS'],
    ['linux', '/mnt/felles', 0xff534d42 | 0, 'CIFS'],
    ['linux', '/mnt/felles', 0xfe534d42, 'SMB2'],
    ['linux', '/home/kari', 0xef53, null],
    ['linux', '/tmp', 0x01021994, null],
    ['win32', '\\\\tjener\\felles', 0, 'a shared folder'],
    ['win32', '//tjener/felles', 0, 'a shared folder'],
    ['win32', '\\\\?\\UNC\\tjener\\felles', 0, 'a shared folder'],
    ['win32', '\\\\?\\C:\\Users\\kari', 0, null],
    ['win32', 'C:\\Users\\kari', 0, null],
    ['darwin', '/Volumes/felles', 0x6969, null],
  ] as const)('%s, %s, type %i: %s', (platform, path, type, found) => {
    expect(networkFileSystem(platform, path, type)).toBe(found)
  })

  it('is not what tests run in', async () => {
    await expect(refuseNetworkDisk(tmpdir())).resolves.toBeUndefined()
  })
})
