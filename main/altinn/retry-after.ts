/** Milliseconds to wait by a Retry-After header: seconds or an HTTP date (RFC 9110 section 10.2.3); null without a usable one. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
