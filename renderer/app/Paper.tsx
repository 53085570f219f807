import type { ReactElement, ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { Logo } from './Logo.tsx'

/** What prints in the place of the window while it is there: a document of its own, seen on paper only. */
export function Paper({ title, footer, children }: { readonly title: string; readonly footer: string; readonly children: ReactNode }): ReactElement {
  return createPortal(
    <article className="receipt-page" aria-hidden>
      <header><Logo /><b>Meldingsboks</b></header>
      <h1>{title}</h1>
      {children}
      <footer>{footer}</footer>
    </article>,
    document.body,
  )
}
