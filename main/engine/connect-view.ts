import type { ConnectionView, StepResultView } from '../../preload/contract/index.ts'
import type { StepResult } from '../accounts/sign-in-check.ts'
import type { AccountRow } from '../store/ledger/events.ts'
import type { JWK } from 'jose'
import type { PartyRow } from '../store/mail/records.ts'
import { nameByCertificate } from '../accounts/signing-key.ts'
import { shownOf } from './connect-key.ts'
import { type ConnectRecord, newRecord } from './connect-record.ts'
import { signInView } from './errors.ts'

/** How a step went, as the window is told and the record keeps it. */
export function stepView(result: StepResult): StepResultView {
  const { step } = result
  switch (result.result) {
    case 'ok':
      return { step, result: 'ok', count: result.count, problem: null }
    case 'failed':
      return { step, result: 'failed', count: null, problem: result.problem.kind === 'sign-in' ? { kind: 'sign-in', problem: signInView(result.problem.problem) } : result.problem }
    case 'nothing-to-try':
    case 'not-reached':
      return { step, result: result.result, count: null, problem: null }
  }
}

/**
 * What is known of an identity that came about without the steps: by the command line, or the demo's. One that acts for
 * others than its own organisation is for clients.
 */
export function recordOf(account: AccountRow, parties: readonly PartyRow[], key: JWK | null): ConnectRecord {
  if (account.kind === 'person') return newRecord('person', account.name, account.addedAt)
  const { name, addedAt, clientId, kid, organisation, externalRef, scopes } = account
  const own = `urn:altinn:organization:identifier-no:${organisation}`
  const isForClients = parties.some(({ urn, kind, current, parentUrn }) => current && kind === 'organisation' && urn !== own && parentUrn !== own)
  return { ...newRecord(isForClients ? 'clients' : 'own', name, addedAt), clientId, organisation, externalRef, scopes: [...scopes], key: key === null ? null : shownOf(key, kid), kid: key !== null && nameByCertificate(key) === kid ? null : kid }
}

/** A record as it stands where it has become an account: what the ledger says of it goes before. */
export function withAccount(record: ConnectRecord, account: AccountRow): ConnectRecord {
  if (account.kind === 'person') return { ...record, name: account.name }
  const { name, clientId, organisation, externalRef, scopes } = account
  return { ...record, name, clientId, organisation, externalRef, scopes: [...scopes] }
}

/** A record and what is known beside it, for the window. */
export function connectionView(uuid: string, record: ConnectRecord, more: { readonly connected: boolean; readonly confirmUrl: string | null; readonly seenAt: number | null; readonly login: ConnectionView['login'] }): ConnectionView {
  const { way, name, organisation, clientId, kid, key, systemId, externalRef, packages, resources, request, checked } = record
  return {
    uuid, way, name, connected: more.connected, organisation, clientId, kid, key, systemId, externalRef, packages, resources,
    request: request === null ? null : { state: request.state, askedAt: request.askedAt, seenAt: more.seenAt ?? request.seenAt, confirmUrl: request.state === 'waiting' ? more.confirmUrl : null },
    login: more.login,
    checked,
  }
}
