import { extname } from 'node:path'
import { crc32 } from 'node:zlib'

export interface ZipFile {
  readonly name: string
  readonly content: Buffer
}

/** Longest name of an entry, bytes of UTF-8. */
const longestName = 255

/** As much of a name as fits into so many bytes, no character cut in two. */
function fitted(name: string, bytes: number): string {
  let taken = ''
  let size = 0
  for (const char of name) {
    size += Buffer.byteLength(char)
    if (size > bytes) break
    taken += char
  }
  return taken
}

/** Names as the zip has them: of equal ones, whatever their case, the later get `(1)`, `(2)` … before the extension (altinn3.md 2.3). */
export function entryNames(names: readonly string[]): readonly string[] {
  const used = new Set<string>()
  return names.map((name) => {
    const extension = extname(name)
    const stem = name.slice(0, name.length - extension.length)
    const withMark = (mark: string): string => `${fitted(stem, longestName - Buffer.byteLength(extension) - Buffer.byteLength(mark))}${mark}${extension}`
    let given = withMark('')
    for (let n = 1; used.has(given.toUpperCase()); n += 1) given = withMark(`(${String(n)})`)
    used.add(given.toUpperCase())
    return given
  })
}

/** Date and time as MS-DOS wrote them: two-second steps, from 1980 on. */
function dosTime(at: number): { readonly time: number; readonly date: number } {
  const when = new Date(at)
  return {
    time: (when.getUTCHours() << 11) | (when.getUTCMinutes() << 5) | (when.getUTCSeconds() >> 1),
    date: ((when.getUTCFullYear() - 1980) << 9) | ((when.getUTCMonth() + 1) << 5) | when.getUTCDate(),
  }
}

const isAscii = (name: string): boolean => !/[^ -~]/.test(name)
const descriptorFollows = 0x0008
const utf8Name = 0x0800
const version = 20

/**
 * Files in a zip, stored as they are and written as to a stream: lengths and checksum come after each file (recorded:
 * downloadall-files). A file of no bytes needs none after it.
 */
export function zipOf(files: readonly ZipFile[], at: number): Buffer {
  const { time, date } = dosTime(at)
  const names = entryNames(files.map((file) => file.name))
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [index, { content }] of files.entries()) {
    const name = Buffer.from(names[index] ?? '')
    const flags = (content.length === 0 ? 0 : descriptorFollows) | (isAscii(names[index] ?? '') ? 0 : utf8Name)
    const checksum = crc32(content)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(version, 4)
    local.writeUInt16LE(flags, 6)
    local.writeUInt16LE(time, 10)
    local.writeUInt16LE(date, 12)
    local.writeUInt16LE(name.length, 26)
    const descriptor = content.length === 0 ? Buffer.alloc(0) : Buffer.alloc(16)
    if (content.length > 0) {
      descriptor.writeUInt32LE(0x08074b50, 0)
      descriptor.writeUInt32LE(checksum, 4)
      descriptor.writeUInt32LE(content.length, 8)
      descriptor.writeUInt32LE(content.length, 12)
    }
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(version, 4)
    entry.writeUInt16LE(version, 6)
    entry.writeUInt16LE(flags, 8)
    entry.writeUInt16LE(time, 12)
    entry.writeUInt16LE(date, 14)
    entry.writeUInt32LE(checksum, 16)
    entry.writeUInt32LE(content.length, 20)
    entry.writeUInt32LE(content.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(offset, 42)
    parts.push(local, name, content, descriptor)
    directory.push(entry, name)
    offset += local.length + name.length + content.length + descriptor.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}
