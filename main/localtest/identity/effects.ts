import { z } from 'zod'

const common = { at: z.number(), caller: z.string() }

/** The public part of a key, as RFC 7517 writes an RSA key. */
export const publicJwk = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() })

/** A client of Maskinporten. Only public parts are ever kept. */
export const registeredClient = z.object({
  clientId: z.string(),
  /** 9 digits: who owns the client, `consumer` of its tokens. */
  organisation: z.string(),
  scopes: z.array(z.string()),
  /** A client without keys signs with its organisation's certificates instead (`x5c`). `expiresAt`: ms UTC, null: never. */
  keys: z.array(z.object({ kid: z.string(), jwk: publicJwk, expiresAt: z.number().nullable() })),
})
export type RegisteredClient = z.infer<typeof registeredClient>

const localized = z.object({ nb: z.string(), nn: z.string(), en: z.string() })

/** A system in the system register. */
export const registeredSystem = z.object({
  /** `<vendor's number>_<name>` */
  id: z.string(),
  /** 9 digits. */
  vendor: z.string(),
  name: localized,
  description: localized,
  clientIds: z.array(z.string()),
  /** Bare resource ids. */
  rights: z.array(z.string()),
  /** URNs. */
  accessPackages: z.array(z.string()),
  redirectUrls: z.array(z.string()),
  isVisible: z.boolean(),
})
export type RegisteredSystem = z.infer<typeof registeredSystem>

/** What a vendor asks a party for. */
export const systemUserRequest = z.object({
  id: z.guid(),
  kind: z.enum(['standard', 'agent']),
  externalRef: z.string(),
  integrationTitle: z.string().nullable(),
  systemId: z.string(),
  organisation: z.string(),
  rights: z.array(z.string()),
  accessPackages: z.array(z.string()),
  redirectUrl: z.string().nullable(),
  /** A change of a system user that is there; null for a new one. */
  changes: z.guid().nullable(),
})
export type SystemUserRequest = z.infer<typeof systemUserRequest>

/** What happens to clients, systems and system users; all of it survives a restart. */
export const identityEffects = [
  /** New, or in place of the one with the same id. */
  z.object({ kind: z.literal('ClientRegistered'), ...common, client: registeredClient }),
  z.object({ kind: z.literal('ClientRemoved'), ...common, clientId: z.string() }),
  z.object({ kind: z.literal('SystemRegistered'), ...common, system: registeredSystem }),
  z.object({ kind: z.literal('SystemUserRequested'), ...common, request: systemUserRequest }),
  /** `systemUser`: the id of the one that came of it. */
  z.object({ kind: z.literal('RequestDecided'), ...common, request: z.guid(), status: z.enum(['Accepted', 'Rejected', 'Denied']), systemUser: z.guid().nullable() }),
  z.object({ kind: z.literal('RequestWithdrawn'), ...common, request: z.guid() }),
  /** A system user was taken away by its party, or given back. */
  z.object({ kind: z.literal('SystemUserHeld'), ...common, systemUser: z.string(), held: z.boolean() }),
  /** A client (party URN) was delegated to a system user, or is no longer. */
  z.object({ kind: z.literal('ClientDelegated'), ...common, systemUser: z.string(), party: z.string(), held: z.boolean() }),
] as const
