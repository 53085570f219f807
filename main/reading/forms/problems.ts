/**
 * Why a form is not shown as its sender laid it out.
 *
 * - template-unreadable: no cabinet, zip or folder of a template, or a damaged one
 * - template-compression: a cabinet packed in a way that is not read here (LZX, Quantum)
 * - template-too-big: more files, bytes or a higher ratio than a template has
 * - template-incomplete: no manifest, or no view in it
 * - view-broken: the view is no stylesheet that can be used, or it refers to files outside of the template
 * - data-broken: the document is not well formed
 * - doctype: data or view declares a document type, which no form does (security.md 24)
 * - too-big, too-slow
 * - too-many-marks: more marks upon one another than can be drawn
 * - not-a-page: the view made no page of this document; it is of another form
 * - failed: the view ended with an error
 */
export const formProblems = ['template-unreadable', 'template-compression', 'template-too-big', 'template-incomplete', 'view-broken', 'data-broken', 'doctype', 'too-big', 'too-slow', 'too-many-marks', 'not-a-page', 'failed'] as const
export type FormProblem = (typeof formProblems)[number]

/** Something about a template or a document that keeps a form from being shown. */
export class FormError extends Error {
  override readonly name = 'FormError'
  readonly problem: FormProblem
  constructor(problem: FormProblem, detail: string = problem, cause?: unknown) {
    super(detail, { cause })
    this.problem = problem
  }
}

/** Limits of a template and of its document (security.md 24, xml-forms.md 5 and 7). */
export const formLimits = {
  files: 200,
  bytes: 32 * 1024 * 1024,
  ratio: 100,
  /** A package as it arrives. */
  packed: 32 * 1024 * 1024,
  data: 10 * 1024 * 1024,
  view: 5 * 1024 * 1024,
  ms: 5000,
  heapMb: 256,
  /** What a window's message can hold (security.md A3.13). */
  html: 6 * 1024 * 1024,
} as const
