import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startLocalAltinn } from '../../main/localtest/index.ts'
import { createKeys } from '../../main/store/keys.ts'
import { file, letter, smallWorld } from '../localtest/small-world.ts'
import { pdf } from '../reading/texts/pdfs.ts'

/** Words that stand nowhere but in the letters: what must not be readable on any disk (design.md section 3, security.md A4). */
const words = {
  title: 'kvernhaugtittel', body: 'brekkesundinnhold', summary: 'ålesvikutdrag', sender: 'mørkedalavsender', recipient: 'solbergmottaker',
  fileName: 'fjellheimfilnavn', fileContent: 'storemyrvedlegg', smallFile: 'litenmyrvedlegg', property: 'nordlieegenskap', link: 'vestbølenke', note: 'gråsteinkode', pdfText: 'skogfaretpdftekst',
} as const

const needles: readonly (readonly [word: string, bytes: Buffer])[] = Object.values(words).flatMap((word) =>
  [word, word.toUpperCase()].flatMap((text) => [[word, Buffer.from(text, 'utf8')], [word, Buffer.from(text, 'utf16le')], [word, Buffer.from(text, 'latin1')]] as const),
)

const wordsIn = (bytes: Buffer): readonly string[] => [...new Set(needles.filter(([, needle]) => bytes.includes(needle)).map(([word]) => word))]

/** What can be read of a file, also of one that is gone by now. */
function readOrNothing(path: string): Buffer {
  try {
    return statSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0)
  } catch (error) {
    // Files come and go while a process works.
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES', 'ENXIO'].includes(String(error.code))) return Buffer.alloc(0)
    throw error
  }
}

/** Words found in the files of folders, and in those that a process has open though their names are gone. */
function search(folders: readonly string[], pid: number | null): readonly string[] {
  const found: string[] = []
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      for (const word of [...(entry.isFile() ? wordsIn(readOrNothing(path)) : []), ...wordsIn(Buffer.from(entry.name))]) found.push(`${word} in ${path.slice(folder.length)}`)
    }
  }
  if (pid === null || process.platform !== 'linux') return found
  const handles = `/proc/${String(pid)}/fd`
  for (const fd of readdirSync(handles)) {
    let target = ''
    try {
      target = readlinkSync(join(handles, fd))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
    // What is open under its name was looked at above, or is the program itself.
    if (target.endsWith(' (deleted)')) for (const word of wordsIn(readOrNothing(join(handles, fd)))) found.push(`${word} in a deleted file`)
  }
  return found
}

const folder = mkdtempSync(join(tmpdir(), 'meldingsboks-plain-'))
const [profile, temporary] = [join(folder, 'profile'), join(folder, 'tmp')]
let child: ChildProcess | null = null

afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** A letter with the words in every place that takes one, and much else, so that sorts and indexes have something to do. */
const letters = (at: number, document: Buffer) =>
  Array.from({ length: 120 }, (_, n) =>
    letter(n + 1, at - (n + 1) * 3_600_000, {
      title: `${words.title} ${String(n)}`, summary: `${words.summary} ${String(n)}`, messageSender: `${words.sender} ${String(n % 7)}`, body: `<p>${words.body} ${String(n)} ${'og mer tekst '.repeat(300)}</p>`,
      propertyList: { [words.property]: `${words.property} ${String(n)}` }, replyOptions: [{ linkURL: `https://eksempel.no/${words.link}`, linkText: words.link }],
      needsConfirmation: n % 5 === 0, dueAt: n % 5 === 0 ? at + 86_400_000 : null,
      attachments: n % 4 === 0
        ? [
            file(n * 2 + 1, `${words.fileName}-${String(n)}.txt`, Buffer.from(`${words.fileContent} ${String(n)}\n`.repeat(2000)), { dataType: 'text/plain' }),
            ...(n % 12 === 0 ? [file(1000 + n, `${words.fileName}-${String(n)}.pdf`, document)] : []),
            file(n * 2 + 2, `${words.fileName}-liten-${String(n)}.txt`, Buffer.from(`${words.smallFile} ${String(n)}\n`), { dataType: 'text/plain', displayName: words.fileName }),
          ]
        : [],
    }),
  )

describe('readable text of letters', () => {
  it('the search for it finds what is there', () => {
    mkdirSync(temporary, { recursive: true })
    writeFileSync(join(temporary, 'utf8'), `før ${words.summary} etter`)
    writeFileSync(join(temporary, 'utf16'), Buffer.from(`x${words.title}`, 'utf16le'))
    const open = openSync(join(temporary, 'slettet'), 'w')
    writeFileSync(open, words.body)
    unlinkSync(join(temporary, 'slettet'))
    const found = search([temporary], process.pid).join('\n')
    closeSync(open)
    expect(found).toContain(`${words.summary} in /utf8`)
    expect(found).toContain(`${words.title} in /utf16`)
    if (process.platform === 'linux') expect(found).toContain(`${words.body} in a deleted file`)
  })

  it('is nowhere on the disk: not while letters come, are searched, sorted, read and copied, not after a crash, not in temporary files', { timeout: 300_000 }, async () => {
    mkdirSync(temporary, { recursive: true })
    await createKeys(profile, { kind: 'demo-file' }, { name: 'local', loopback: true })
    const document = await pdf([`${words.pdfText} på første side`, `${words.pdfText} og mer `.repeat(300)])
    const world = smallWorld((at) => letters(at, document))
    const altinn = await startLocalAltinn({
      folder: join(folder, 'altinn'), seed: 1, world: (seed, anchorAt) => {
        const made = world(seed, anchorAt)
        return { ...made, parties: made.parties.map((party) => ({ ...party, name: `${words.recipient} ${party.number}` })) }
      },
    })
    try {
      const { platform, maskinporten, client } = altinn
      const task = JSON.stringify({ folder: profile, altinn: { ready: true, platform, maskinporten, page: platform, client }, words: Object.values(words) })
      const running = spawn(process.execPath, [join(import.meta.dirname, 'plaintext-child.ts')], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: temporary, SQLITE_TMPDIR: temporary, TMP: temporary, TEMP: temporary } })
      child = running
      running.stdin.end(task)
      let said = ''
      running.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      const ended = new Promise((resolve) => running.once('close', resolve))
      // Looked at again and again while it works.
      let looks = 0
      while ((said.match(/^read/gm) ?? []).length < 3 && running.exitCode === null) {
        expect(search([profile, temporary], running.pid ?? null)).toEqual([])
        looks += 1
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      expect(looks).toBeGreaterThan(5)
      expect(said).toContain('synced 120 70 0')
      // Every attachment's text is in the databases by then.
      expect(said).toContain('texts 70 0')
      expect(said).toContain('copied copied copied')
      // Every word but those of texts that are not searched was found by searching, so it is in there.
      expect(Number(/^read (\d+)/m.exec(said)?.[1])).toBeGreaterThanOrEqual(240 + 10 + 30 + 30)
      running.kill('SIGKILL')
      await ended
      expect(search([profile, temporary], null)).toEqual([])
      // As it lies there after the crash, the -wal still beside the files.
      expect(readdirSync(profile).some((name) => name.endsWith('.db-wal') && statSync(join(profile, name)).size > 0)).toBe(true)
      expect(readdirSync(join(profile, 'copies')).sort()).toEqual(['keys.json', 'ledger-1.db', 'mail-1.db'])
    } finally {
      await altinn.close()
    }
  })
})
