import { afterEach, describe, expect, it } from 'vitest'
import { file, letter, smallWorld } from '../localtest/small-world.ts'
import { pdf } from '../reading/texts/pdfs.ts'
import { Course } from './harness.ts'

let course: Course | null = null
afterEach(async () => {
  await course?.end()
  course = null
})

/** Until something is so; the engine reads in the background. */
async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 50))
}
const read = (one: Course): Promise<void> => until(async () => (await one.call('texts.state', {})).waiting === 0)
const found = async (one: Course, text: string) => await one.call('messages.search', { text, limit: 10 })
const isFound = (one: Course, text: string): Promise<void> => until(async () => (await found(one, text)).rows.length > 0)

describe('the text of attachments', () => {
  it('is found by a word of a page, which the hit names, also after a restart', async () => {
    const document = await pdf([`Innledning ${'og mer tekst '.repeat(150)}`, 'Her står blåbærsyltetøy på side to'])
    const one = course = await Course.begin(smallWorld((at) => [letter(1, at - 1000, { title: 'Årsrapport', body: 'Se vedlegget.', attachments: [file(1, 'rapport.pdf', document, { dataType: 'application/pdf' })] })]))
    await one.consent()
    await one.sync()
    await read(one)
    await isFound(one, 'blåbærsylt')
    const { snippets, rows } = await found(one, 'blåbærsylt')
    const { attachments } = await one.call('messages.show', { id: rows[0]?.id ?? 0 })
    const hit = { where: 'attachment', fileName: 'rapport.pdf', attachmentId: attachments[0]?.attachmentId, page: 2 }
    expect(attachments[0]?.text).toBe('text')
    expect(snippets[0]).toMatchObject(hit)
    expect(snippets[0]?.marks.map(([from, to]) => snippets[0]?.text.slice(from, to))).toEqual(['blåbærsyltetøy'])
    await one.engine.close()
    await one.startEngine()
    expect((await found(one, 'blåbærsylt')).snippets[0]).toMatchObject(hit)
    expect(await one.call('texts.state', {})).toEqual({ files: 1, waiting: 0, none: 0, unreadable: 0 })
  })
})
