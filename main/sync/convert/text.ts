interface Localized {
  readonly value: string
  readonly languageCode: string
}

/** Order in which we choose among several languages of one text; a correspondence comes in one (altinn3.md 3.6). */
const preferred: readonly string[] = ['nb', 'nn', 'no', 'en']

/**
 * The text to keep of a localised value, with its language code. Without an Accept-Language header Dialogporten sends
 * every language (altinn3.md 3.1); the whole answer is kept as the original, so another choice stays possible.
 */
export function chosenText(texts: readonly Localized[]): { readonly value: string; readonly language: string } | null {
  for (const language of preferred) {
    const found = texts.find((text) => text.languageCode === language)
    if (found !== undefined) return { value: found.value, language }
  }
  const first = texts[0]
  return first === undefined ? null : { value: first.value, language: first.languageCode }
}

/** Milliseconds since 1970 of an ISO 8601 timestamp with an offset. @throws {RangeError} when it is no date. */
export function toMs(timestamp: string): number {
  const ms = Date.parse(timestamp)
  if (Number.isNaN(ms)) throw new RangeError('A timestamp of the service is not a date')
  return ms
}

export const toMsOrNull = (timestamp: string | null | undefined): number | null =>
  timestamp === null || timestamp === undefined ? null : toMs(timestamp)

const resourcePrefix = 'urn:altinn:resource:'

/** The bare id of a resource: lists compare it exactly and find nothing with the prefix (altinn3.md 2.3). */
export const bareResource = (resource: string): string => (resource.startsWith(resourcePrefix) ? resource.slice(resourcePrefix.length) : resource)

/**
 * A time in the form Dialogporten prints, so that watermarks compare as text: UTC, seven fraction digits and `Z`
 * (altinn3.md 3.1).
 */
export const dialogportenTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '0000Z')
