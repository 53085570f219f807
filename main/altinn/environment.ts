/** Where the services of one environment are (altinn3.md section 0). Addresses have no trailing slash, issuers of Maskinporten have one. */
export interface Environment {
  /** Short name, shown beside everything that is not production. */
  readonly name: string
  /** Altinn's platform gateway: Correspondence, Dialogporten, token exchange, registers. */
  readonly platform: string
  readonly maskinporten: {
    /** Issuer identifier: the only accepted audience of a grant, trailing slash included (altinn3.md 1.1). */
    readonly issuer: string
    readonly token: string
  }
  /** Where persons log in; left out where the environment has no such way. */
  readonly idporten?: IdportenAddresses | undefined
  /** Altinn's page for giving access: system user requests are approved there (altinn3.md 1.4, `confirmUrl`). */
  readonly accessManagementUi?: string | undefined
  /** Altinn's own web inbox. */
  readonly webInbox?: string | undefined
  /** Sent as Ocp-Apim-Subscription-Key to the platform only (altinn3.md section 5). */
  readonly subscriptionKey?: string | undefined
  /** Certificates trusted beside those that Node.js brings, as PEM: a company's proxy that opens TLS has one of its own. */
  readonly extraCa?: string | undefined
  /** How the services are reached: by the system's settings (the default), directly, or through this proxy. */
  readonly proxy?: ProxySetting | undefined
}

export interface IdportenAddresses {
  /** Issuer identifier, exactly as the service writes it: it is compared with `iss` of what comes back. */
  readonly issuer: string
  /** The public client that this program is registered as; without it a person cannot log in. */
  readonly clientId?: string | undefined
  /** Host of the login page where it is another one than the issuer's (altinn3.md section 0). */
  readonly login?: string | undefined
  /** For how long the client is registered to continue a login without the person, seconds: ID-porten itself does not say it to a client (altinn3.md 1.6). */
  readonly authorizationLifetime?: number | undefined
}

/** `http://host:port` or `https://host:port`. */
export type ProxySetting = 'system' | 'none' | { readonly url: string }

export const environments = {
  tt02: {
    name: 'tt02',
    platform: 'https://platform.tt02.altinn.no',
    maskinporten: { issuer: 'https://test.maskinporten.no/', token: 'https://test.maskinporten.no/token' },
    idporten: { issuer: 'https://test.idporten.no', login: 'https://login.test.idporten.no' },
    accessManagementUi: 'https://am.ui.tt02.altinn.no',
    webInbox: 'https://af.tt02.altinn.no',
  },
  prod: {
    name: 'prod',
    platform: 'https://platform.altinn.no',
    maskinporten: { issuer: 'https://maskinporten.no/', token: 'https://maskinporten.no/token' },
    idporten: { issuer: 'https://idporten.no', login: 'https://login.idporten.no' },
    accessManagementUi: 'https://am.ui.altinn.no',
    webInbox: 'https://af.altinn.no',
  },
} as const satisfies Record<string, Environment>

/** The preset whose platform this is: profiles of before the later addresses were known get them from there. */
export const presetOf = ({ platform }: Pick<Environment, 'platform'>): Environment | null => Object.values(environments).find((one) => one.platform === platform) ?? null

/** Whether what happens there is no real mail: everything but production wears a badge. */
export const isTest = ({ platform }: Pick<Environment, 'platform'>): boolean => platform !== environments.prod.platform

/** Altinn's own web inbox of the environment (altinn3.md section 0); null where none is known. */
export function webInbox(environment: Environment): string | null {
  return environment.webInbox ?? presetOf(environment)?.webInbox ?? null
}

/** Altinn's page where access is given to others, of the environment (altinn3.md section 0); null where none is known. */
export function accessPage(environment: Environment): string | null {
  const origin = environment.accessManagementUi ?? presetOf(environment)?.accessManagementUi
  return origin === undefined ? null : `${origin}/accessmanagement/ui`
}

export const loopbackHosts: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/** Every address that the program itself asks or opens. */
const addressesOf = ({ platform, maskinporten, idporten, accessManagementUi, webInbox: inbox }: Environment): readonly string[] =>
  [platform, maskinporten.issuer, maskinporten.token, idporten?.issuer, idporten?.login, accessManagementUi, inbox].filter((text) => text !== undefined)

/** Whether every address of the environment is on this machine; others are never given a key that lies in a file (security.md 21). */
export function isLoopback(environment: Environment): boolean {
  return addressesOf(environment).every((text) => loopbackHosts.includes(new URL(text).hostname))
}
