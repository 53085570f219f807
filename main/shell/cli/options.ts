import { parseArgs } from 'node:util'
import type { HostSecretSource } from '../../profiles.ts'

export type Command = 'sync' | 'list' | 'show' | 'confirm' | 'read' | 'demo' | 'run' | 'profile' | 'render-form' | 'coverage'
const commands: readonly Command[] = ['sync', 'list', 'show', 'confirm', 'read', 'demo', 'run', 'profile', 'render-form', 'coverage']

export const usage = `Meldingsboks

  sync      --demo | --profile <name> [--accept-fetched --since <date> [--no-attachments]] [--refetch] [--go-on]
  list      --demo | --profile <name> [--view inbox|needs-confirmation|due|unread|outgoing|handled|archive|bin|all]
            [--search <words>] [--recipient <organisation number>] [--limit <n>] [--after <key>]
  coverage  --demo | --profile <name> [--csv] [--person-numbers]
            what is seen of each recipient, what was taken away, and clients that can be added
  show <id>        --demo | --profile <name>
  confirm <id>     --demo | --profile <name> [--yes] [--timeout <seconds>]
  read <id>        --demo | --profile <name> [--yes] [--timeout <seconds>]
  run       --demo | --profile <name>      gets messages regularly, without a window
  demo      [--reset [--yes]]              fetches the demo and keeps running
  profile add <name> --environment tt02|prod|<file with base URLs> --client-id <id>
            --key-file <JWK, PEM or .p12> [--key-password-file <file>] [--kid <kid>]
            --org <organisation number> [--passphrase-file <file> | --credential <name> | --credential-fd <n>]
  profile test <name>                      tries each step from the key to a message; no sender sees it
  profile request-system-user <name> --system <system id> [--agent] [--resources <id,id>] [--packages <urn,urn>]
            [--external-ref <reference>] [--timeout <seconds>]   asks, shows where to approve, and waits
  profile request-system-user <name> --withdraw
  render-form --template <file|folder> --data <file> --out <html> [--view <name>]
            a form as a page, with its template; without one that fits, as a plain listing
  profile list
  profile keys --profile <name>            the ways in
  profile keys add-recovery-code | add-passphrase --new-passphrase-file <file> | add-keychain | remove <id>   --profile <name>
  profile keys add-credential --new-credential <name> | --new-credential-fd <n>   --profile <name>
            what the host of an unattended machine gives: LoadCredential of systemd, or an open file

  <id> is the number of a message in list, or the GUID of its correspondence.
  Everywhere: --data <folder>  --json  --lang nb|nn|en  --passphrase-file <file>  --recovery-code-file <file>
              --credential <name>  --credential-fd <n>  --verbose  --help

  Exit codes: 0 done, 1 something failed, 2 consent is needed, 3 refused by Altinn, 4 not decided yet,
  64 wrong use, 75 another process holds the profile.
`

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface Options {
  readonly command: Command
  readonly words: readonly string[]
  readonly data: string | null
  readonly demo: boolean
  readonly profile: string | null
  readonly json: boolean
  readonly yes: boolean
  readonly verbose: boolean
  readonly language: string | null
  readonly passphraseFile: string | null
  readonly recoveryCodeFile: string | null
  /** For the profile's keys, in place of the one it has. */
  readonly newPassphraseFile: string | null
  /** Where the host gives the secret that opens the profile. */
  readonly hostSecret: HostSecretSource | null
  readonly newHostSecret: HostSecretSource | null
  readonly acceptFetched: boolean
  readonly since: string | null
  /** What is missing after a restore may be fetched again, or this machine goes on with a profile that was moved to it. */
  readonly refetch: boolean
  readonly attachments: boolean
  readonly view: string | null
  readonly search: string | null
  readonly recipient: string | null
  readonly limit: number
  readonly after: string | null
  readonly timeoutSeconds: number
  readonly reset: boolean
  readonly environment: string | null
  readonly clientId: string | null
  readonly keyFile: string | null
  readonly keyPasswordFile: string | null
  readonly kid: string | null
  readonly organisation: string | null
  /** System user requests. */
  readonly system: string | null
  readonly agent: boolean
  readonly resources: readonly string[]
  readonly packages: readonly string[]
  readonly externalRef: string | null
  readonly withdraw: boolean
  /** The table of recipients as a file's text, and whether national numbers of persons are written out. */
  readonly csv: boolean
  readonly personNumbers: boolean
  readonly template: string | null
  readonly out: string | null
}

function number(text: string, name: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) throw new UsageError(`--${name}: ${String(least)}-${String(most)}.`)
  return value
}

/** A credential by its name or a descriptor by its number, never the secret itself. */
function hostSecret(name: string | undefined, descriptor: string | undefined, option: string): HostSecretSource | null {
  if (name !== undefined && descriptor !== undefined) throw new UsageError(`--${option} | --${option}-fd.`)
  if (name !== undefined) return { kind: 'credential', name }
  return descriptor === undefined ? null : { kind: 'descriptor', descriptor: number(descriptor, `${option}-fd`, 0, 1023) }
}

const listed = (text: string | undefined): readonly string[] => (text ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '')

/** Reads a command line. @returns 'help' when it asks for help. @throws {UsageError} */
export function readOptions(args: readonly string[]): Options | 'help' {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      allowNegative: true,
      options: {
        data: { type: 'string' },
        demo: { type: 'boolean', default: false },
        profile: { type: 'string' },
        json: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        refetch: { type: 'boolean', default: false },
        'go-on': { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        lang: { type: 'string' },
        'passphrase-file': { type: 'string' },
        'recovery-code-file': { type: 'string' },
        'new-passphrase-file': { type: 'string' },
        credential: { type: 'string' },
        'credential-fd': { type: 'string' },
        'new-credential': { type: 'string' },
        'new-credential-fd': { type: 'string' },
        'accept-fetched': { type: 'boolean', default: false },
        since: { type: 'string' },
        attachments: { type: 'boolean', default: true },
        view: { type: 'string' },
        search: { type: 'string' },
        recipient: { type: 'string' },
        limit: { type: 'string', default: '50' },
        after: { type: 'string' },
        timeout: { type: 'string', default: '180' },
        reset: { type: 'boolean', default: false },
        environment: { type: 'string' },
        'client-id': { type: 'string' },
        key: { type: 'string' },
        'key-file': { type: 'string' },
        'key-password-file': { type: 'string' },
        system: { type: 'string' },
        agent: { type: 'boolean', default: false },
        resources: { type: 'string' },
        packages: { type: 'string' },
        'external-ref': { type: 'string' },
        withdraw: { type: 'boolean', default: false },
        kid: { type: 'string' },
        org: { type: 'string' },
        csv: { type: 'boolean', default: false },
        'person-numbers': { type: 'boolean', default: false },
        template: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The arguments cannot be read.')
  }
  const { values, positionals } = parsed
  const [name, ...words] = positionals
  if (values.help || name === 'help') return 'help'
  const command = commands.find((one) => one === name)
  if (command === undefined) throw new UsageError(name === undefined ? 'sync | list | show | confirm | read | demo | run | profile | render-form | coverage?' : `«${name}»?`)
  return {
    command,
    words,
    data: values.data ?? null,
    demo: values.demo,
    profile: values.profile ?? null,
    json: values.json,
    yes: values.yes,
    refetch: values.refetch || values['go-on'],
    verbose: values.verbose,
    language: values.lang ?? null,
    passphraseFile: values['passphrase-file'] ?? null,
    recoveryCodeFile: values['recovery-code-file'] ?? null,
    newPassphraseFile: values['new-passphrase-file'] ?? null,
    hostSecret: hostSecret(values.credential, values['credential-fd'], 'credential'),
    newHostSecret: hostSecret(values['new-credential'], values['new-credential-fd'], 'new-credential'),
    acceptFetched: values['accept-fetched'],
    since: values.since ?? null,
    attachments: values.attachments,
    // A list's view has a default, a form's view is the template's own.
    view: values.view ?? (command === 'render-form' ? null : 'inbox'),
    search: values.search ?? null,
    recipient: values.recipient ?? null,
    limit: number(values.limit, 'limit', 1, 1000),
    after: values.after ?? null,
    timeoutSeconds: number(values.timeout, 'timeout', 0, 3600),
    reset: values.reset,
    environment: values.environment ?? null,
    clientId: values['client-id'] ?? null,
    // --key is how it was called when it took a JWK only.
    keyFile: values['key-file'] ?? values.key ?? null,
    keyPasswordFile: values['key-password-file'] ?? null,
    system: values.system ?? null,
    agent: values.agent,
    resources: listed(values.resources),
    packages: listed(values.packages),
    externalRef: values['external-ref'] ?? null,
    withdraw: values.withdraw,
    kid: values.kid ?? null,
    organisation: values.org ?? null,
    csv: values.csv,
    personNumbers: values['person-numbers'],
    template: values.template ?? null,
    out: values.out ?? null,
  }
}
