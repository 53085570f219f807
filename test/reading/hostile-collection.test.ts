import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, it } from 'vitest'
import { bodyReader } from '../../main/reading/body.ts'
import { detectKind, safeFileName } from '../../main/reading/file-kinds.ts'
import { sanitiser } from '../../main/reading/sanitise.ts'
import { marksOf, ranSign } from '../fixtures/hostile/case.ts'
import { hostileCases } from '../fixtures/hostile/index.ts'
import { bodies } from '../fixtures/hostile/bodies.ts'
import { names } from '../fixtures/hostile/names.ts'

type Node = DefaultTreeAdapterTypes.ChildNode

/** Whatever could load, lead away or run: by its tag, its attributes, its styles. */
function harmful(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node): readonly string[] => {
    if (!('tagName' in node)) return []
    const { tagName, attrs } = node
    const attributes = attrs.filter(({ name, value }) => /^on|href|srcset|^(action|formaction|background|poster|ping|srcdoc|id|name)$/.test(name) || (name === 'src' && !value.startsWith('data:image/')) || /url\(|@import|expression\(|javascript:/i.test(value))
    const text = tagName === 'style' ? node.childNodes.map((child) => ('value' in child ? child.value : '')).join('') : ''
    return [
      ...(/^(script|iframe|object|embed|svg|math|form|input|button|link|meta|base|template|video|audio|a|area|dialog)$/.test(tagName) ? [tagName] : []),
      ...attributes.map(({ name, value }) => `${tagName} ${name}=${value}`),
      ...(/url\(|@import|fixed|[\d.]vh/i.test(text) ? [text] : []),
      ...harmful(node.childNodes),
    ]
  })
}

describe('the hostile collection', () => {
  it('names every case once', () => {
    const all = hostileCases.map(({ name }) => name)
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(200)
  })

  const read = bodyReader()
  const sanitise = sanitiser()
  it.each(bodies.map((one, at) => [one.name, one, at] as const))('%s: what comes out is harmless, also when it is parsed again', (_name, one, at) => {
    const marks = marksOf(at, 9)
    const result = read(one.message(marks).body ?? '', [])
    if (!result.ok) {
      expect(result.problem).toMatch(/^(too-big|too-deep|too-many-marks|empty)$/)
      return
    }
    expect(harmful(parseFragment(result.letter.html).childNodes)).toEqual([])
    expect(harmful(parseFragment(sanitise(result.letter.html).html).childNodes)).toEqual([])
    for (const { address } of result.letter.links) expect(address).toMatch(/^(https?:\/\/[^@]*$|mailto:|tel:)/)
  })

  it.each(names.flatMap((one, at) => (one.message(marksOf(at, 9)).attachments ?? []).map((file) => [one.name, file] as const)))('%s: the name to save by is one safe part', (_name, { fileName, content }) => {
    const safe = safeFileName(fileName, detectKind(fileName, typeof content === 'string' ? Buffer.from(content) : content))
    expect(safe).not.toMatch(/[\p{Cc}\p{Cf}/\\:*?"<>|]/u)
    expect(safe).not.toMatch(/^\.|[.\s]$|^(con|nul|prn|aux)\b/i)
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(130)
    expect(safe.length).toBeGreaterThan(0)
  })

  it('marks every case so that what it does can be told apart', () => {
    expect(marksOf(17, 4711)).toMatchObject({ id: 'q017', ip: 'http://127.0.0.1:4711/q017', host: 'http://q017.ond.example' })
    expect(marksOf(17, 4711).js).toContain(`${ranSign}.q017`)
    expect(marksOf(17, 4711).js).not.toMatch(/["'\s<>&]/)
  })
})
