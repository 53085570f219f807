import { attachmentStart, base64Bytes, embeddedFile } from './attachment.ts'
import type { Package } from './package.ts'
import { attribute, classesOf, elementsBelow, hangsBelow, newElement, type PageElement, remove, replace, setAttribute, setText, textBelow } from './page-tree.ts'
import { elementsOf, everyElement, textOf, type XmlElement } from './tree.ts'

const types = [['89504e47', 'png'], ['ffd8ff', 'jpeg'], ['47494638', 'gif'], ['424d', 'bmp'], ['52494646', 'webp']] as const

/** A picture of the package as an address that holds it, by its first bytes. */
function dataAddress(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  const type = types.find(([start]) => head.startsWith(start))?.[1]
  return type === undefined ? null : `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`
}

const sizeText = (bytes: number): string => (bytes < 1024 ? `${String(bytes)} byte` : bytes < 1024 * 1024 ? `${String(Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1).replace('.', ',')} MB`)

/** Values of the data by where a control is bound, in their order: the same control again is the next of them. */
class Bound {
  readonly #byName = new Map<string, XmlElement[]>()
  readonly #taken = new Map<string, number>()
  constructor(root: XmlElement) {
    for (const element of everyElement(root)) {
      const known = this.#byName.get(element.name)
      if (known === undefined) this.#byName.set(element.name, [element])
      else known.push(element)
    }
  }

  next(binding: string): XmlElement | null {
    const name = binding.split('/').at(-1)?.replace(/^@?[^:]*:/, '').replace(/\[.*$/, '') ?? ''
    if (name === '' || name === '.') return null
    const all = this.#byName.get(name) ?? []
    const at = this.#taken.get(binding) ?? 0
    this.#taken.set(binding, at + 1)
    return all[at] ?? (all.length === 1 ? (all[0] ?? null) : null)
  }
}

/** People of a group by the names they are shown by, or its text. */
function personText(element: XmlElement): string {
  const names = [...everyElement(element)].filter(({ name }) => name === 'DisplayName').map((one) => textOf(one).trim()).filter((text) => text !== '')
  return names.length > 0 ? names.join('; ') : elementsOf(element).length === 0 ? textOf(element).trim() : [...everyElement(element)].filter((one) => elementsOf(one).length === 0).map((one) => textOf(one).trim()).filter((text) => text !== '').join(', ')
}

export interface Cleaned {
  /** Pictures of the package that are no pictures, or not there. */
  readonly picturesMissing: number
}

/**
 * Makes a page that was meant for filling in one that only says what is in it, and says it truly (xml-forms.md 9): controls
 * become their values, what only served filling in goes. Works on the page's own tree, before anything is sanitised, because
 * InfoPath's attributes are gone afterwards.
 */
export function cleanPage(body: PageElement, files: Package, data: XmlElement): Cleaned {
  const bound = new Bound(data)
  let picturesMissing = 0
  /** A control's place, as text that looks the same. What stood in a field stays apart from the words around it. */
  const asText = (element: PageElement, text: string, isLong = false): void => {
    const [look, style, title] = ['class', 'style', 'title'].map((name) => attribute(element, name))
    const whole = `${style ?? ''}${isLong ? ';white-space:pre-wrap' : ''}`
    replace(element, [newElement('span', { class: `${look ?? ''} mb-field`.trim(), ...(whole === '' ? {} : { style: whole }), ...(title == null ? {} : { title }) }, text)])
  }

  for (const element of elementsBelow(body)) {
    const name = element.tagName
    const kind = attribute(element, 'xd:xctname') ?? ''
    const classes = attribute(element, 'class') ?? ''
    const has = (one: string): boolean => classes.includes(one) && classesOf(element).includes(one)
    // Controls inside of one that became text are gone already.
    if (!hangsBelow(element, body)) continue
    if (/Placeholder\b/i.test(classes) || has('xdDTButton') || /DTButton$/.test(kind) || /^(Picture)?Button$/i.test(kind) || name === 'button') {
      remove(element)
      continue
    }
    if (attribute(element, 'xd:ghosted') === 'true') {
      setText(element, '')
      continue
    }
    switch (name) {
      case 'input': {
        const type = (attribute(element, 'type') ?? 'text').toLowerCase()
        if (type === 'checkbox' || type === 'radio') {
          const style = attribute(element, 'style')
          replace(element, [newElement('input', { type, disabled: '', ...(attribute(element, 'checked') === null ? {} : { checked: '' }), ...(style === null ? {} : { style }) })])
        } else if (['button', 'submit', 'reset', 'image', 'file', 'hidden', 'password'].includes(type)) remove(element)
        else asText(element, attribute(element, 'value') ?? '')
        break
      }
      case 'textarea':
        asText(element, textBelow(element), true)
        break
      case 'select': {
        const options = elementsBelow(element).filter(({ tagName }) => tagName === 'option').map((option) => ({ value: attribute(option, 'value'), text: textBelow(option), isSelected: attribute(option, 'selected') !== null }))
        const value = attribute(element, 'value') ?? attribute(element, 'xd:value') ?? attribute(element, 'xd:num')
        const chosen = options.filter(({ isSelected }) => isSelected)
        const fitting = chosen.length > 0 ? chosen : options.filter((option) => value !== null && value !== '' && (option.value ?? option.text) === value)
        // A browser would show the first of the list where none fits: another value than the form's (xml-forms.md 9).
        asText(element, fitting.length > 0 ? fitting.map((option) => option.text.trim() || (option.value ?? '')).join(', ') : (value ?? ''))
        break
      }
      case 'object': {
        const value = bound.next(attribute(element, 'xd:binding') ?? '')
        asText(element, value === null ? '' : personText(value))
        break
      }
      case 'img': {
        const source = (attribute(element, 'src') ?? '').trim()
        if (source.startsWith('data:')) break
        let path = source
        try {
          path = decodeURIComponent(source)
        } catch (error) {
          if (!(error instanceof URIError)) throw error
        }
        const file = files.get(path.toLowerCase())
        const address = file === undefined ? null : dataAddress(file.bytes)
        if (address !== null) setAttribute(element, 'src', address)
        else {
          if (file !== undefined || (source !== '' && !/^res:/i.test(source))) picturesMissing += 1
          remove(element)
        }
        break
      }
      default:
        if (kind === 'FileAttachment' || has('xdFileAttachment')) {
          const held = [attribute(element, 'src'), attribute(element, 'xd:inline'), textBelow(element)].map((text) => (text ?? '').replace(/^attachment:/, '').trim()).find((text) => text !== '')
          const binding = bound.next(attribute(element, 'xd:binding') ?? '')
          const text = held ?? (binding === null ? '' : textOf(binding).trim())
          const file = text.startsWith(attachmentStart) ? embeddedFile(text) : null
          asText(element, file !== null ? `${file.name} (${sizeText(file.bytes.length)})` : /^[A-Za-z0-9+/=\s]{200,}$/.test(text) ? `Vedlagt fil (${sizeText(base64Bytes(text))})` : /^data:/.test(text) ? `Vedlagt bilde (${sizeText(base64Bytes(text))})` : text)
        }
    }
  }
  return { picturesMissing }
}
