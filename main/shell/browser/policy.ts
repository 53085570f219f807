/** Security headers of every answer (security.md 8, 9, 14). */
const shared = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()',
} as const

/** The two origins of a window, as `<name>.localhost:<port>`. */
export interface Hosts {
  readonly window: string
  readonly pdf: string
}

export function windowHeaders({ window, pdf }: Hosts): Readonly<Record<string, string>> {
  return {
    ...shared,
    'content-security-policy':
      `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ws://${window}; worker-src 'self'; frame-src http://${pdf}; ` +
      `base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types letter`,
  }
}

/** The page that draws PDFs: an origin of its own, framed by the window and nobody else. */
export function pdfHeaders({ window }: Hosts): Readonly<Record<string, string>> {
  return {
    ...shared,
    'cross-origin-resource-policy': 'cross-origin',
    'content-security-policy':
      `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src blob: data:; font-src 'self' data:; connect-src 'self'; ` +
      `base-uri 'none'; form-action 'none'; frame-ancestors http://${window}`,
  }
}
