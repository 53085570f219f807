import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../main/store/errors.ts'
import { defaultRoom, giveUpReserve, makeReserve, neededFree, reserveBytesOf, roomForDownloads, withReserve } from '../../main/store/recovery/room.ts'
import { mountSmallDisk } from './small-disk.ts'
import { TestLedger } from './ledger-profile.ts'

const mb = 1024 * 1024
const gb = 1024 * mb
let folder = ''
const rules = { ...defaultRoom, reserveBytes: mb }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meldingsboks-room-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('the limits of a disk', () => {
  it('are those of durability.md 18, and smaller on a small volume', () => {
    expect(reserveBytesOf(500 * gb, defaultRoom)).toBe(64 * mb)
    expect(reserveBytesOf(1000 * mb, defaultRoom)).toBe(20 * mb)
    expect(neededFree(40 * gb, defaultRoom)).toBe(gb)
    expect(neededFree(500 * gb, defaultRoom)).toBe(10 * gb)
    expect(neededFree(100 * mb, defaultRoom)).toBe(5 * mb)
  })
})

describe('the reserve', () => {
  it('is really on disk, for this user only, and made once', async () => {
    expect(await makeReserve(folder, rules)).toBe(true)
    const { size, blocks, mode, mtimeMs } = statSync(join(folder, 'reserve'))
    expect(size).toBe(mb)
    expect(blocks * 512).toBeGreaterThanOrEqual(mb)
    expect(mode & 0o777).toBe(0o600)
    expect(await makeReserve(folder, rules)).toBe(true)
    expect(statSync(join(folder, 'reserve')).mtimeMs).toBe(mtimeMs)
    expect(readdirSync(folder)).toEqual(['reserve'])
  })

  it('is given up once, also one that was being made', async () => {
    await makeReserve(folder, rules)
    writeFileSync(join(folder, 'reserve.new'), 'x')
    expect(giveUpReserve(folder)).toBe(true)
    expect(readdirSync(folder)).toEqual([])
    expect(giveUpReserve(folder)).toBe(false)
  })

  it('is given up for what found the disk full, and for nothing else', async () => {
    await makeReserve(folder, rules)
    expect(() => withReserve(folder, () => { throw new StoreError('damaged', 'x') })).toThrow('x')
    expect(existsSync(join(folder, 'reserve'))).toBe(true)
    let tries = 0
    const work = (): number => {
      tries += 1
      if (existsSync(join(folder, 'reserve'))) throw new StoreError('full', 'no room')
      return tries
    }
    expect(withReserve(folder, work)).toBe(2)
    const never = (): never => { throw new StoreError('full', 'no room') }
    expect(() => withReserve(folder, never)).toThrow('no room')
  })

  it('is not made where twice its size is not free, and comes back when it is', async (context) => {
    const disk = mountSmallDisk(context, 20_000)
    try {
      writeFileSync(join(disk.folder, 'filler'), Buffer.alloc(19_500 * 1024))
      expect(await makeReserve(disk.folder, defaultRoom)).toBe(false)
      expect(readdirSync(disk.folder)).toEqual(['filler'])
      rmSync(join(disk.folder, 'filler'))
      expect(await makeReserve(disk.folder, defaultRoom)).toBe(true)
    } finally {
      disk.remove()
    }
  })
})

describe('room for downloads', () => {
  it('is denied as a full disk while less than needed is free', async () => {
    await expect(roomForDownloads(folder, { ...rules, freeBytes: 0, freePart: 0 })()).resolves.toBeUndefined()
    await expect(roomForDownloads(folder, { ...rules, freeBytes: Number.MAX_SAFE_INTEGER, smallFree: 1 })()).rejects.toMatchObject({ code: 'full' })
  })

  it('is there again when somebody made some', async (context) => {
    const disk = mountSmallDisk(context, 20_000)
    try {
      writeFileSync(join(disk.folder, 'filler'), Buffer.alloc(19_500 * 1024))
      await expect(roomForDownloads(disk.folder, defaultRoom)()).rejects.toMatchObject({ code: 'full' })
      rmSync(join(disk.folder, 'filler'))
      await expect(roomForDownloads(disk.folder, defaultRoom)()).resolves.toBeUndefined()
    } finally {
      disk.remove()
    }
  })
})

describe('a ledger on a disk that somebody else filled', () => {
  it('takes the click for which the reserve was kept', async (context) => {
    const disk = mountSmallDisk(context, 20_000)
    const ledger = new TestLedger(disk.folder)
    try {
      expect(await makeReserve(disk.folder, defaultRoom)).toBe(true)
      for (let size = 20_000 * 1024; size > 0; size = Math.floor(size / 2)) {
        try {
          writeFileSync(join(disk.folder, `filler${String(size)}`), Buffer.alloc(size))
        } catch (error) {
          expect(error).toMatchObject({ code: 'ENOSPC' })
        }
      }
      const { seq } = ledger.api.append({ type: 'setting-changed', name: 'click', value: 1 })
      expect(existsSync(join(disk.folder, 'reserve'))).toBe(false)
      ledger.close()
      ledger.open()
      expect(ledger.api.setting('click')).toBe(1)
      expect(ledger.api.opening()).toMatchObject({ restored: null })
      expect(ledger.api.generation().lastSeq).toBeGreaterThan(seq)
    } finally {
      ledger.close()
      disk.remove()
    }
  })
})
