import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import type { DiskCall } from './trace.ts'

/** What a disk holds after its power went. */
export interface Remains {
  /** Sectors and lengths of files that are older than what was last written. */
  readonly lostWrites: number
  /** Names that were made, moved or taken away and are not so. */
  readonly lostNames: number
}

export interface PowerCut {
  /** So many calls had been made. */
  readonly calls: number
  readonly random: () => number
  /** False: the disk promised what it did not do. A harness that then finds nothing missing looks at nothing. */
  readonly syncsHold?: boolean
}

/** How much of what nobody had waited for happens to be there. */
type Mood = 'nothing' | 'some' | 'everything'

const moodOf = (random: () => number): Mood => {
  const number = random()
  return number < 0.25 ? 'nothing' : number < 0.9 ? 'some' : 'everything'
}

interface FileRemains {
  readonly content: Buffer
  readonly lost: number
}

/**
 * One file. What was synced is there; every sector beyond that is as it was at some moment since, each at its own,
 * because a system writes its pages back when it likes, and a write is torn at the borders of sectors. So is its length.
 */
function fileAfter(calls: readonly DiskCall[], file: number, cut: PowerCut, mood: Mood): FileRemains {
  const { random } = cut
  const changes: (readonly [at: number, call: Extract<DiskCall, { kind: 'write' | 'cut' }>])[] = []
  let synced = 0
  for (let at = 0; at < cut.calls; at += 1) {
    const call = calls[at]
    if (call === undefined) break
    if (call.kind === 'sync' && call.file === file && cut.syncsHold !== false) synced = Math.max(synced, call.began)
    if ((call.kind === 'write' || call.kind === 'cut') && call.file === file) changes.push([at, call])
  }
  const longest = changes.reduce((most, [, call]) => Math.max(most, call.kind === 'write' ? call.at + call.data.length : call.length), 0)
  const now = Buffer.alloc(longest)
  let length = 0
  const sector = random() < 0.5 ? 512 : 4096
  const versions = new Map<number, Buffer[]>()
  const lengths: number[] = []
  const sectorNow = (n: number): Buffer => Buffer.from(now.subarray(n * sector, (n + 1) * sector))
  for (const [at, call] of changes) {
    const [from, to] = call.kind === 'write' ? [call.at, call.at + call.data.length] : [Math.min(call.length, length), Math.max(call.length, length)]
    const [first, last] = [Math.floor(from / sector), Math.ceil(to / sector)]
    const isSafe = at < synced
    if (!isSafe) {
      if (lengths.length === 0) lengths.push(length)
      for (let n = first; n < last; n += 1) if (!versions.has(n)) versions.set(n, [sectorNow(n)])
    }
    if (call.kind === 'write') {
      call.data.copy(now, call.at)
      length = Math.max(length, to)
    } else {
      now.fill(0, from, to)
      length = call.length
    }
    if (!isSafe) {
      lengths.push(length)
      for (let n = first; n < last; n += 1) versions.get(n)?.push(sectorNow(n))
    }
  }
  const choose = (count: number): number => (mood === 'nothing' ? 0 : mood === 'everything' || random() < 0.4 ? count - 1 : Math.floor(random() * count))
  let lost = 0
  for (const [n, known] of versions) {
    const chosen = choose(known.length)
    const [then, newest] = [known[chosen], known.at(-1)]
    if (then === undefined || newest === undefined) continue
    if (!then.equals(newest)) lost += 1
    then.copy(now, n * sector)
  }
  const chosen = lengths.length === 0 ? length : (lengths[choose(lengths.length)] ?? length)
  if (chosen !== length) lost += 1
  return { content: now.subarray(0, chosen), lost }
}

/** Folders that a change of names is written into. */
function foldersOf(call: DiskCall): readonly string[] {
  switch (call.kind) {
    case 'make':
    case 'folder':
    case 'remove':
      return [dirname(call.path)]
    case 'rename':
      return [dirname(call.from), dirname(call.to)]
    case 'link':
      return [dirname(call.to)]
    default:
      return []
  }
}

/** Which file stands under which name; `folder` for folders. Changes nobody waited for happened in part, a rename whole or not at all. */
function namesAfter(calls: readonly DiskCall[], root: string, cut: PowerCut, mood: Mood): { readonly names: ReadonlyMap<string, number | 'folder'>; readonly lost: number } {
  const synced = new Map<string, number>()
  for (let at = 0; at < cut.calls; at += 1) {
    const call = calls[at]
    if (call?.kind === 'sync-folder' && cut.syncsHold !== false) synced.set(call.path, Math.max(synced.get(call.path) ?? 0, call.began))
  }
  const names = new Map<string, number | 'folder'>([[root, 'folder']])
  let lost = 0
  // Most systems keep the order of a folder's changes; POSIX does not ask for it.
  const inOrder = cut.random() < 0.5
  let broken = false
  for (let at = 0; at < cut.calls; at += 1) {
    const call = calls[at]
    const folders = call === undefined ? [] : foldersOf(call)
    if (call === undefined || folders.length === 0) continue
    const isSafe = folders.every((folder) => at < (synced.get(folder) ?? 0))
    const isThere = isSafe || mood === 'everything' || (mood === 'some' && !(inOrder && broken) && cut.random() < 0.6)
    if (!isThere) {
      broken = true
      lost += 1
      continue
    }
    // What stands in a folder that is not there is not there either.
    if (call.kind === 'make' && names.has(dirname(call.path))) names.set(call.path, call.file)
    else if (call.kind === 'folder' && names.has(dirname(call.path))) names.set(call.path, 'folder')
    else if (call.kind === 'remove') names.delete(call.path)
    else if (call.kind === 'link') {
      const file = names.get(call.from)
      if (file !== undefined && names.has(dirname(call.to))) names.set(call.to, file)
    } else if (call.kind === 'rename') {
      for (const [name, file] of [...names]) {
        if (name !== call.from && !name.startsWith(`${call.from}/`)) continue
        names.delete(name)
        if (names.has(dirname(call.to))) names.set(call.to + name.slice(call.from.length), file)
      }
    }
  }
  return { names, lost }
}

/**
 * Writes into `target` what a disk could hold after its power went behind a call: everything that was synced, and of the
 * rest what happened to be written. Shared memory (-shm) is none of the disk's.
 * @param root the folder that the calls speak of
 */
export function afterPowerCut(calls: readonly DiskCall[], root: string, target: string, cut: PowerCut): Remains {
  const { names, lost } = namesAfter(calls, root, cut, moodOf(cut.random))
  let lostWrites = 0
  mkdirSync(target, { recursive: true })
  // Folders come before what stands in them.
  for (const [path, file] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (path.endsWith('-shm')) continue
    const place = resolve(target, relative(root, path))
    if (file === 'folder') {
      mkdirSync(place, { recursive: true })
      continue
    }
    const remains = fileAfter(calls, file, cut, moodOf(cut.random))
    lostWrites += remains.lost
    writeFileSync(place, remains.content, { mode: 0o600 })
  }
  return { lostWrites, lostNames: lost }
}
