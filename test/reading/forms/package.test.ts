import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCabinet } from '../../../main/reading/forms/cabinet.ts'
import { readManifest, templateFacts } from '../../../main/reading/forms/manifest.ts'
import { loadPackage } from '../../../main/reading/forms/package.ts'
import { FormError } from '../../../main/reading/forms/problems.ts'
import { readTemplate } from '../../../main/engine/form-file.ts'
import { zip } from '../../../main/localtest/world/files/zip.ts'
import { cabinet, type CabinetFaults } from './cabinets.ts'

const samples = join(import.meta.dirname, '..', '..', 'samples', 'xml-forms')
const problemOf = (error: unknown): string => (error instanceof FormError ? error.problem : String(error))
const files = [
  { name: 'manifest.xsf', bytes: Buffer.from('<a/>') },
  // More than two blocks, hard to pack and yet with what the dictionary knows.
  { name: 'stor.xsl', bytes: Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * 2654435761) >>> (n % 24)).map((n) => n & 0xff)) },
  { name: 'Ærlig.png', bytes: Buffer.from('bilde') },
]
const wrong = (faults: CabinetFaults): string => {
  try {
    readCabinet(cabinet(files, faults))
    return 'read'
  } catch (error) {
    return problemOf(error)
  }
}

describe('a cabinet', () => {
  it('gives back its files, packed and stored, over several blocks, with reserved areas', () => {
    for (const faults of [{}, { compression: 'stored' }, { reserve: [20, 3, 5] }] satisfies readonly CabinetFaults[]) {
      expect(readCabinet(cabinet(files, faults)).map(({ name, bytes }) => [name, Buffer.compare(Buffer.from(bytes), files.find((file) => file.name === name)?.bytes ?? Buffer.alloc(0))])).toEqual([['manifest.xsf', 0], ['stor.xsl', 0], ['Ærlig.png', 0]])
    }
    expect(readCabinet(cabinet(files, { utf8: false })).at(-1)?.name).toBe('Ærlig.png')
  })
  it('is refused where its sizes, places or parts do not hold', () => {
    expect([{ offset: 1 }, { size: 1 }, { offset: -3 }, { folder: 4 }, { block: 1 }, { block: -1 }, { flags: 1 }, { flags: 2 }].map(wrong)).toEqual(Array.from({ length: 8 }, () => 'template-unreadable'))
    expect([wrong({ typeCompress: 0x1503 }), wrong({ typeCompress: 2 })]).toEqual(['template-compression', 'template-compression'])
  })
  it('is refused for paths, for files that overlap, and where it was cut', () => {
    for (const name of ['../ut.xsl', 'a\\b.xsl', 'c:x.xsl', '..']) expect(() => readCabinet(cabinet([{ name, bytes: Buffer.from('x') }]))).toThrow(FormError)
    const whole = cabinet(files)
    for (let length = 0; length < whole.length; length += 997) expect(() => readCabinet(whole.subarray(0, length))).toThrow(FormError)
  })
  it('is refused when it unpacks to too much', () => {
    const zeros = { name: 'a', bytes: Buffer.alloc(40 * 1024 * 1024) }
    expect(() => readCabinet(cabinet([zeros]))).toThrow('bytes')
    expect(() => readCabinet(cabinet([{ name: 'a', bytes: Buffer.alloc(20 * 1024 * 1024) }]))).toThrow('ratio')
    expect(() => readCabinet(cabinet(Array.from({ length: 201 }, (_, n) => ({ name: `f${String(n)}`, bytes: Buffer.from('x') }))))).toThrow('files')
  })
})

describe('a template', () => {
  const named = (name: string): Promise<string> => loadPackage({ packed: zip([{ name, data: Buffer.from('x') }, { name: 'manifest.xsf', data: Buffer.from('<a/>') }]) }).then((found) => [...found.keys()].join(' '), problemOf)

  it('comes as cabinet, zip or folder, with the same files in it', async () => {
    const cab = await loadPackage(await readTemplate(join(samples, 'rudine-baseline2013', 'form.xsn')))
    expect([...cab.keys()].sort()).toEqual(['18f5e9d4.png', 'd309231b.png', 'manifest.xsf', 'myschema.xsd', 'sampledata.xml', 'template.xml', 'upgrade.xsl', 'view1.xsl'])
    const folder = await loadPackage(await readTemplate(join(samples, 'handwritten')))
    const zipped = await loadPackage({ packed: zip([...folder.values()].map(({ name, bytes }) => ({ name: `Min mal/${name}`, data: Buffer.from(bytes) }))) })
    expect([...zipped.keys()].sort()).toEqual([...folder.keys()].sort())
    expect(readManifest(zipped)).toEqual(readManifest(folder))
  })
  it('is refused with paths out of itself, twice the same name, nothing in it, or a bomb', async () => {
    expect(await named('../x.xsl')).toBe('template-unreadable')
    expect(await named('/x.xsl')).toBe('template-unreadable')
    expect(await named('MANIFEST.xsf')).toBe('template-unreadable')
    expect(await named('under/x.xsl')).toBe('manifest.xsf')
    expect(await loadPackage({ packed: Buffer.from('nei') }).catch(problemOf)).toBe('template-unreadable')
    expect(await loadPackage({ packed: zip([{ name: 'x', data: Buffer.from('x') }]) }).catch(problemOf)).toBe('template-incomplete')
    expect(await loadPackage({ packed: zip([{ name: 'manifest.xsf', data: Buffer.alloc(10 * 1024 * 1024) }]) }).catch(problemOf)).toBe('template-too-big')
    const lying = zip([{ name: 'manifest.xsf', data: Buffer.from('<a/>'.repeat(1000)) }])
    lying.writeUInt32LE(10, lying.lastIndexOf('PK\x01\x02') + 24)
    expect(await loadPackage({ packed: lying }).catch(problemOf)).toBe('template-unreadable')
    expect(await loadPackage({ packed: zip([{ name: 'manifest.xsf', data: Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') }]) }).then(readManifest).catch(problemOf)).toBe('doctype')
  })
  it('tells its name, version, views, labels and what it is of', async () => {
    const facts = templateFacts(await loadPackage(await readTemplate(join(samples, 'handwritten'))))
    expect(facts).toMatchObject({
      root: { namespace: 'urn:meldingsboks:proeve', name: 'melding' },
      dataFormat: { provider: 'SERES', id: '9876', version: '4' },
      solution: { name: 'urn:schemas-microsoft-com:office:infopath:Palegg:-meldingsboks-proeve', version: '1.0.0.4' },
      defaultView: 'Side 1',
      labels: { 'TrekkBeloep-datadef-4711': 'Beløp som skal trekkes hver måned' },
    })
    expect(facts.views.map(({ caption }) => caption)).toEqual(['Trekk', 'Opplysninger', 'Utskrift'])
    expect(readFileSync(join(samples, 'handwritten', 'manifest.xsf'), 'utf8')).toContain('transform="Utskrift.xsl"')
  })
})
