import type { LetterLink } from '../addresses.ts'
import type { FormFacts } from './document.ts'
import type { TemplateFacts } from './manifest.ts'
import type { TemplateSource } from './package.ts'
import type { FormProblem } from './problems.ts'

/** A file inside a form, by its place among them. */
export interface EmbeddedEntry {
  readonly name: string
  readonly bytes: number
}

/** Something the user is told beside a form. */
export interface FormNotice {
  /**
   * - functions: the form uses something that is not supported; `names` are functions
   * - data: lists of values that are not in the template
   * - outside: it asked for something outside of itself, and did not get it
   * - pictures: pictures that are missing
   */
  readonly kind: 'functions' | 'data' | 'outside' | 'pictures'
  readonly names: readonly string[]
}

export interface RenderedForm {
  readonly html: string
  readonly links: readonly LetterLink[]
  readonly view: string
  readonly notices: readonly FormNotice[]
}

/** What a process for forms is asked; it gets bytes and answers with text (security.md 24). */
export interface FormJobs {
  /** What a document says of itself, and the files in it. */
  readonly document: { readonly ask: { readonly data: Uint8Array }; readonly answer: { readonly facts: FormFacts; readonly embedded: readonly EmbeddedEntry[] } }
  readonly template: { readonly ask: { readonly template: TemplateSource }; readonly answer: TemplateFacts }
  /** Once a process: the engine of stylesheets is not used again. */
  readonly render: { readonly ask: { readonly template: TemplateSource; readonly data: Uint8Array; readonly view: string | null }; readonly answer: RenderedForm }
  /** A file that lies in a form. */
  readonly embedded: { readonly ask: { readonly data: Uint8Array; readonly at: number }; readonly answer: { readonly name: string; readonly bytes: Uint8Array } | null }
}
export type FormJobName = keyof FormJobs

export interface FormAsk {
  readonly id: number
  readonly name: FormJobName
  readonly ask: unknown
}
export type FormAnswer = { readonly id: number; readonly ok: true; readonly value: unknown } | { readonly id: number; readonly ok: false; readonly problem: FormProblem }
