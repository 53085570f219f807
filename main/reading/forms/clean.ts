import { attachmentStart, base64Bytes, embeddedFile } from './attachment.ts'
import type { Package } from './package.ts'
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
  readonly #root: XmlElement
  readonly #taken = new Map<string, number>()
  constructor(root: XmlElement) {
    this.#root = root
  }

  next(binding: string): XmlElement | null {
    const name = binding.split('/').at(-1)?.replace(/^@?[^:]*:/, '').replace(/\[.*$/, '') ?? ''
    if (name === '' || name === '.') return null
    const all = [...everyElement(this.#root)].filter((element) => element.name === name)
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
 * become their values, what only served filling in goes. Works on the page's own DOM, before anything is sanitised, because
 * InfoPath's attributes are gone afterwards.
 */
export function cleanPage(document: Document, files: Package, data: XmlElement): Cleaned {
  const bound = new Bound(data)
  let picturesMissing = 0
  const all = (selector: string): readonly Element[] => [...document.querySelectorAll(selector)]
  const control = (element: Element): string => element.getAttribute('xd:xctname') ?? ''
  const has = (element: Element, name: string): boolean => element.classList.contains(name)
  /** A control's place, as text that looks the same. */
  /** What stood in a field stays apart from the words around it. */
  const asText = (element: Element, text: string, isLong = false): void => {
    const span = document.createElement('span')
    for (const name of ['class', 'style', 'title']) {
      const value = element.getAttribute(name)
      if (value !== null) span.setAttribute(name, value)
    }
    if (isLong) span.setAttribute('style', `${span.getAttribute('style') ?? ''};white-space:pre-wrap`)
    span.classList.add('mb-field')
    span.textContent = text
    element.replaceWith(span)
  }

  for (const element of all('*')) {
    const name = element.localName
    const kind = control(element)
    // Controls inside of one that became text are gone already.
    if (!element.isConnected) continue
    if (/Placeholder\b/i.test(element.getAttribute('class') ?? '') || has(element, 'xdDTButton') || /DTButton$/.test(kind) || /^(Picture)?Button$/i.test(kind) || name === 'button') {
      element.remove()
      continue
    }
    if (element.getAttribute('xd:ghosted') === 'true') {
      element.textContent = ''
      continue
    }
    switch (name) {
      case 'input': {
        const type = (element.getAttribute('type') ?? 'text').toLowerCase()
        if (type === 'checkbox' || type === 'radio') {
          const checked = element.hasAttribute('checked')
          const input = document.createElement('input')
          input.setAttribute('type', type)
          input.setAttribute('disabled', '')
          if (checked) input.setAttribute('checked', '')
          const style = element.getAttribute('style')
          if (style !== null) input.setAttribute('style', style)
          element.replaceWith(input)
        } else if (['button', 'submit', 'reset', 'image', 'file', 'hidden', 'password'].includes(type)) element.remove()
        else asText(element, element.getAttribute('value') ?? '')
        break
      }
      case 'textarea':
        asText(element, element.textContent, true)
        break
      case 'select': {
        const options = [...element.querySelectorAll('option')]
        const value = element.getAttribute('value') ?? element.getAttribute('xd:value') ?? element.getAttribute('xd:num')
        const chosen = options.filter((option) => option.hasAttribute('selected'))
        const fitting = chosen.length > 0 ? chosen : options.filter((option) => value !== null && value !== '' && (option.getAttribute('value') ?? option.textContent) === value)
        // A browser would show the first of the list where none fits: another value than the form's (xml-forms.md 9).
        asText(element, fitting.length > 0 ? fitting.map((option) => option.textContent.trim() || (option.getAttribute('value') ?? '')).join(', ') : (value ?? ''))
        break
      }
      case 'object': {
        const value = bound.next(element.getAttribute('xd:binding') ?? '')
        asText(element, value === null ? '' : personText(value))
        break
      }
      case 'img': {
        const source = (element.getAttribute('src') ?? '').trim()
        if (source.startsWith('data:')) break
        let path = source
        try {
          path = decodeURIComponent(source)
        } catch (error) {
          if (!(error instanceof URIError)) throw error
        }
        const file = files.get(path.toLowerCase())
        const address = file === undefined ? null : dataAddress(file.bytes)
        if (address !== null) element.setAttribute('src', address)
        else {
          if (file !== undefined || (source !== '' && !/^res:/i.test(source))) picturesMissing += 1
          element.remove()
        }
        break
      }
      default:
        if (kind === 'FileAttachment' || has(element, 'xdFileAttachment')) {
          const held = [element.getAttribute('src'), element.getAttribute('xd:inline'), element.textContent].map((text) => (text ?? '').replace(/^attachment:/, '').trim()).find((text) => text !== '')
          const binding = bound.next(element.getAttribute('xd:binding') ?? '')
          const text = held ?? (binding === null ? '' : textOf(binding).trim())
          const file = text.startsWith(attachmentStart) ? embeddedFile(text) : null
          asText(element, file !== null ? `${file.name} (${sizeText(file.bytes.length)})` : /^[A-Za-z0-9+/=\s]{200,}$/.test(text) ? `Vedlagt fil (${sizeText(base64Bytes(text))})` : /^data:/.test(text) ? `Vedlagt bilde (${sizeText(base64Bytes(text))})` : text)
        }
    }
  }
  return { picturesMissing }
}
