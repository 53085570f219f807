import type { ConnectionView } from '../../preload/contract/index.ts'
import type { TextKey } from '../../resources/locales/index.ts'

interface KnownPackage {
  readonly urn: string
  readonly text: TextKey
}

const known = (name: string, text: TextKey): KnownPackage => ({ urn: `urn:altinn:accesspackage:${name}`, text })

/** Packages that are common on the way, by the names that Altinn's own pages show; any other can be typed (altinn3.md 1.5 and 1.8). */
export const knownPackages: Readonly<Record<Exclude<ConnectionView['way'], 'person'>, readonly KnownPackage[]>> = {
  own: [known('ordinaer-post-til-virksomheten', 'connect.package.mail'), known('post-til-virksomheten-med-taushetsbelagt-innhold', 'connect.package.confidential')],
  clients: [
    known('regnskapsforer-med-signeringsrettighet', 'connect.package.accountant-signing'), known('regnskapsforer-uten-signeringsrettighet', 'connect.package.accountant'),
    known('regnskapsforer-lonn', 'connect.package.payroll'), known('ansvarlig-revisor', 'connect.package.auditor'), known('revisormedarbeider', 'connect.package.audit-assistant'),
  ],
}

/** The words of a text, one a line or apart by spaces or commas; each once. */
export const wordsIn = (text: string): readonly string[] => [...new Set(text.split(/[\s,;]+/).filter((word) => word !== ''))]
