import type { EventBus, PDFLinkService } from 'pdfjs-dist/web/pdf_viewer.mjs'

/**
 * Annotations are drawn, because what is filled into a form is one, and do nothing: a link of a document leads nowhere, in it or
 * out of it, a button runs nothing, and a note does not unfold (security.md 9).
 */
export function stillAnnotations(eventBus: EventBus, linkService: PDFLinkService): void {
  linkService.externalLinkEnabled = false
  linkService.goToDestination = () => Promise.resolve()
  linkService.executeNamedAction = () => undefined
  linkService.executeSetOCGState = () => Promise.resolve()
  linkService.addLinkAttributes = () => undefined
  eventBus.on('annotationlayerrendered', ({ source }: { readonly source: { readonly div?: HTMLElement } }) => {
    // What stays are pictures of their own canvases.
    for (const part of source.div?.querySelectorAll('.annotationLayer > *') ?? []) {
      if (part.querySelector('canvas') === null) part.remove()
      else for (const link of part.querySelectorAll('a, input, textarea, select, button')) link.remove()
    }
  })
}
