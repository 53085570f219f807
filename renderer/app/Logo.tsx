import type { ReactElement } from 'react'

/** The app's own mark: an open envelope on a blue square. */
export function Logo(): ReactElement {
  return (
    <svg className="logo" viewBox="0 0 26 26" width="26" height="26" aria-hidden>
      <rect width="26" height="26" rx="6" fill="var(--ds-color-accent-base-default)" />
      <path d="M6 9.5a1.5 1.5 0 0 1 1.5-1.5h11A1.5 1.5 0 0 1 20 9.500V17a1.500 1.500 0 0 1-1.500 1.500h-11A1.500 1.500 0 0 1 6 17Z" fill="var(--ds-color-accent-base-contrast-default)" />
      <path d="m6.800 10 6.200 4.600L19.200 10" fill="none" stroke="var(--ds-color-accent-base-default)" strokeWidth="1.700" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
