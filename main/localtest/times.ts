/** Correspondence: `+00:00`, never `Z`, trailing zeros of the fraction cut (altinn3.md 2.1). */
export function correspondenceTime(at: number): string {
  const [whole = '', fraction = ''] = new Date(at).toISOString().replace('Z', '').split('.')
  const cut = fraction.replace(/0+$/, '')
  return `${whole}${cut === '' ? '' : `.${cut}`}+00:00`
}

/** Seven fraction digits, as a details call shows its own Fetched row. */
export const sevenDigitTime = (at: number): string => `${new Date(at).toISOString().replace('Z', '')}0001+00:00`

/** Dialogporten: always seven fraction digits and `Z` (altinn3.md 3.1). */
export const dialogTime = (at: number): string => new Date(at).toISOString().replace('Z', '0000Z')

/** A number between 0 and 1 that always is the same for the same text: waits differ from message to message, but not from run to run. */
export function share(text: string): number {
  let hash = 2166136261
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619)
  return (hash >>> 0) / 2 ** 32
}
