import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { joinSource, splitSource } from '../../main/engine/form-templates.ts'
import { openTemplates } from '../../main/store/forms/template-store.ts'
import { createKeys } from '../../main/store/keys.ts'

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'meldingsboks-forms-')) })
afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

describe('templates in a profile', () => {
  it('are kept sealed, listed, read and removed; a damaged one is named and harms no other', async () => {
    const keys = await createKeys(folder, { kind: 'demo-file' }, { name: 'demo', loopback: true })
    const store = openTemplates(folder, keys)
    expect(await store.list()).toEqual({ templates: [], damaged: [] })
    const content = Buffer.from('innhold som ikke skal ligge åpent')
    const [one, two] = [await store.add({ name: 'Pålegg' }, content), await store.add({ name: 'Annet' }, Buffer.from('b'))]
    expect((await store.list()).templates.map(({ facts }) => facts).sort()).toHaveLength(2)
    expect(await store.read(one)).toEqual(content)
    for (const name of await readdir(join(folder, 'forms'))) expect((await readFile(join(folder, 'forms', name))).toString('latin1')).not.toMatch(/innhold|legg/)
    const path = join(folder, 'forms', `${one}.template`)
    const bytes = await readFile(path)
    bytes[60] = (bytes[60] ?? 0) ^ 1
    await writeFile(path, bytes)
    expect(await store.list()).toEqual({ templates: [{ id: two, facts: { name: 'Annet' } }], damaged: [one] })
    await store.remove(one)
    expect((await store.list()).damaged).toEqual([])
    expect(await store.read(one)).toBeNull()
    expect(await store.read('../keys')).toBeNull()
  })

  it('are joined and split without a change', () => {
    const files = [{ name: 'manifest.xsf', bytes: Buffer.from('a') }, { name: 'tom.xml', bytes: Buffer.alloc(0) }]
    expect(splitSource(joinSource({ files }))).toEqual({ files })
    expect(splitSource(joinSource({ packed: Buffer.from('MSCF') }))).toEqual({ packed: Buffer.from('MSCF') })
  })
})
