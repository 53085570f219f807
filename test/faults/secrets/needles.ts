/** A secret as it was used: its text, its bytes, or both. */
export interface Secret {
  /** What kind it is; never the secret itself. */
  readonly name: string
  readonly text?: string
  readonly bytes?: Buffer
}

export interface Needle {
  readonly secret: Secret
  readonly encoding: string
  readonly bytes: Buffer
}

/** What base64 makes of bytes that stand anywhere in a longer text: its three phases, without the ends that their neighbours decide. */
function base64Phases(bytes: Buffer, encoding: 'base64' | 'base64url'): readonly string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const whole = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
    return encoding === 'base64' ? whole : whole.replaceAll('+', '-').replaceAll('/', '_')
  })
}

function ofBytes(bytes: Buffer): readonly (readonly [encoding: string, bytes: Buffer])[] {
  const texts = (encoding: 'base64' | 'base64url') => base64Phases(bytes, encoding).flatMap((text) => [[encoding, Buffer.from(text)], [`${encoding} in utf16le`, Buffer.from(text, 'utf16le')]] as const)
  const hex = bytes.toString('hex')
  return [...texts('base64'), ...texts('base64url'), ...[hex, hex.toUpperCase()].flatMap((text) => [['hex', Buffer.from(text)], ['hex in utf16le', Buffer.from(text, 'utf16le')]] as const)]
}

/** JSON as most write it, and as those write it who keep to ASCII. */
const jsonEscaped = (text: string): readonly string[] => {
  const plain = JSON.stringify(text).slice(1, -1)
  return [plain, plain.replaceAll('/', '\\/'), plain.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)]
}

const percentEncoded = (text: string): readonly string[] => {
  const every = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
  const usual = encodeURIComponent(text)
  return [usual, usual.replaceAll('%20', '+'), encodeURI(text), every, every.toLowerCase()]
}

/** Less than this would be found by chance. */
const shortest = 8

/** Every form in which a secret could lie somewhere, each once. */
export function needlesOf(secret: Secret): readonly Needle[] {
  const { text, bytes } = secret
  const forms: (readonly [string, Buffer])[] = []
  if (text !== undefined) {
    forms.push(['utf8', Buffer.from(text)], ['utf16le', Buffer.from(text, 'utf16le')], ['latin1', Buffer.from(text, 'latin1')])
    for (const escaped of jsonEscaped(text)) forms.push(['json', Buffer.from(escaped)], ['json in utf16le', Buffer.from(escaped, 'utf16le')])
    for (const encoded of percentEncoded(text)) forms.push(['percent', Buffer.from(encoded)])
    forms.push(...ofBytes(Buffer.from(text)))
  }
  if (bytes !== undefined) forms.push(['bytes', bytes], ...ofBytes(bytes))
  const seen = new Set<string>()
  return forms.flatMap(([encoding, form]) => {
    const key = form.toString('latin1')
    if (form.length < shortest || seen.has(key)) return []
    seen.add(key)
    return [{ secret, encoding, bytes: form }]
  })
}

const tableBits = 20

/** Looks for many needles at once: one pass over what is searched, however many there are. */
export class Finder {
  readonly #table = new Uint8Array(1 << tableBits)
  readonly #byStart = new Map<number, Needle[]>()

  add(needles: readonly Needle[]): void {
    for (const needle of needles) {
      const start = needle.bytes.readUInt32LE(0)
      this.#table[Math.imul(start, 0x9e3779b1) >>> (32 - tableBits)] = 1
      const beside = this.#byStart.get(start)
      if (beside === undefined) this.#byStart.set(start, [needle])
      else if (!beside.some(({ bytes }) => bytes.equals(needle.bytes))) beside.push(needle)
    }
  }

  /** The needles that stand in it, each once. */
  find(content: Buffer): readonly Needle[] {
    const found = new Set<Needle>()
    const end = content.length - 4
    let start = content.length < 4 ? 0 : content.readUInt32LE(0)
    for (let at = 0; at <= end; at += 1) {
      if (at > 0) start = ((start >>> 8) | ((content[at + 3] ?? 0) << 24)) >>> 0
      if (this.#table[Math.imul(start, 0x9e3779b1) >>> (32 - tableBits)] === 0) continue
      for (const needle of this.#byStart.get(start) ?? []) {
        if (content.length - at >= needle.bytes.length && content.compare(needle.bytes, 0, needle.bytes.length, at, at + needle.bytes.length) === 0) found.add(needle)
      }
    }
    return [...found]
  }
}
