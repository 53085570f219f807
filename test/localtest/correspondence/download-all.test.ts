import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { file, letter, smallWorld } from '../small-world.ts'
import { Letters } from './letters.ts'
import { entriesOf } from './zip-entries.ts'

const day = 86_400_000
const world = smallWorld((at) => [
  letter(1, at - day, { title: 'To brev', attachments: [file(11, 'brev.pdf', Buffer.from('en')), file(12, 'BREV.pdf', Buffer.from('to'))] }),
  letter(2, at - day, { attachments: [file(21, 'a.txt', Buffer.from('a')), file(22, 'b.txt', Buffer.from('b'), { expiresAt: at - 1 })] }),
  letter(3, at - day, { attachments: [file(31, 'a.txt', Buffer.from('a')), file(32, 'b.txt', Buffer.from('b'), { changed: { status: 'Purged', at: at - 1 } })] }),
  letter(4, at - day, { attachments: [file(41, 'a.bin', Buffer.from('a'), { size: 1_000_000_000 }), file(42, 'b.bin', Buffer.from('b'), { size: 1_000_000_001 })] }),
  letter(5, at - day),
])
let letters: Letters
beforeEach(async () => {
  letters = await Letters.start(world)
})
afterEach(async () => {
  await letters.stop()
})
const all = (n: number) => letters.call('GET', `${String(n)}/attachments/downloadall`)
const downloads = async (n: number): Promise<readonly string[]> => (await letters.history(n)).filter((row) => row.status === 'AttachmentsDownloaded').map((row) => row.statusText)

describe('all attachments at once', () => {
  it('come as one zip, and the sender sees one row', async () => {
    const { status, bytes, headers } = await all(1)
    expect(status).toBe(200)
    expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''to-brev.zip")
    expect(headers.get('content-length')).toBe(String(bytes.length))
    expect(entriesOf(bytes).map(({ name, content }) => [name, content.toString()])).toEqual([['brev.pdf', 'en'], ['BREV(1).pdf', 'to']])
    expect(await downloads(1)).toEqual(['All attachments downloaded'])
    expect((await letters.json('1'))['statusText']).toBe('All attachments downloaded')
    await letters.restart()
    expect(await downloads(1)).toEqual(['All attachments downloaded'])
  })

  it('come all or not at all, and what is refused leaves no row', async () => {
    expect((await all(2)).code).toBe(2020)
    expect((await all(3)).code).toBe(2019)
    expect((await all(4)).code).toBe(2023)
    expect((await all(5)).code).toBe(2001)
    expect(letters.altinn.state.effects).toEqual([])
    expect(await letters.asks('GET', '2/attachment/00000003-0000-4000-8000-000000000021/download')).toBe(200)
  })

  it('leave their row although the zip breaks on its way', async () => {
    letters.altinn.faults.add({ kind: 'cut-short', path: '/downloadall', times: 1, ms: 0 })
    await expect(all(1)).rejects.toThrow()
    expect(await downloads(1)).toEqual(['All attachments downloaded'])
  })

  it('do not count as fetched', async () => {
    await all(1)
    expect(await letters.asks('POST', '1/markasread')).toBe(1024)
    expect(await letters.asks('POST', '1/confirm')).toBe(1025)
  })
})
