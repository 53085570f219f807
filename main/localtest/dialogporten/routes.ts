import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { type Caller, type Tokens, unauthorized } from '../tokens.ts'
import type { WorldParty } from '../world/model.ts'
import { dialogDocument } from './document.ts'
import { factsOfMessage, factsOfOther } from './items.ts'
import { notAcceptable, notFound, problem } from './problems.ts'
import { search } from './search.ts'

const base = '/dialogporten/api/v1/enduser'
const scopes = ['digdir:dialogporten', 'digdir:dialogporten.noconsent']
const referenceForm = "InstanceRef must be a supported identifier: 'urn:altinn:instance-id:{partyId}/{uuid}', 'urn:altinn:correspondence-id:{uuid}' or 'urn:altinn:dialog-id:{uuid}'."

const localized = (text: Readonly<Record<string, string>>) => Object.entries(text).map(([languageCode, value]) => ({ value, languageCode }))

function partyWire(party: WorldParty, caller: Caller) {
  return {
    party: party.urn,
    partyUuid: party.partyUuid,
    partyId: party.partyId,
    name: party.name,
    partyType: party.kind,
    isDeleted: party.isDeleted,
    ...(party.dateOfBirth === null ? {} : { dateOfBirth: party.dateOfBirth }),
    hasKeyRole: false,
    isCurrentEndUser: false,
    isMainAdministrator: false,
    isAccessManager: false,
    hasOnlyAccessToSubParties: !caller.may(party.urn, null),
  }
}

/** Dialogporten's end-user API as far as a recipient's client calls it (altinn3.md section 3). */
export function dialogportenRoutes(state: LocalState, tokens: Tokens): Handler {
  const parties = (call: Call, caller: Caller): Reply => {
    const accept = call.headers['accept']
    if (accept !== undefined && !/\*\/\*|application\/(json|\*)/.test(accept)) return notAcceptable(call)
    const mine = state.world.parties.filter((party) => caller.may(party.urn, null))
    const mains = state.world.parties.filter((party) => party.parentUrn === null && mine.some((own) => own.urn === party.urn || own.parentUrn === party.urn))
    const authorizedParties = mains.map((main) => {
      const subs = mine.filter((party) => party.parentUrn === main.urn)
      return { ...partyWire(main, caller), ...(subs.length === 0 ? {} : { subParties: subs.map((sub) => partyWire(sub, caller)) }) }
    })
    return json(200, { authorizedParties })
  }

  /** Maps both ways and leaves no trace; also answers for what is not visible yet (altinn3.md 3.3, 3.8). */
  const lookup = (call: Call, caller: Caller): Reply => {
    const reference = [...call.query].find(([name]) => name.toLowerCase() === 'instanceref')?.[1] ?? ''
    const parsed = /^urn:altinn:(correspondence-id|dialog-id):([0-9a-f-]{36})$/i.exec(reference)
    if (parsed === null) return problem(call, 400, { InstanceRef: [referenceForm] })
    const id = parsed[2]?.toLowerCase() ?? ''
    const byMessage = parsed[1]?.toLowerCase() === 'correspondence-id'
    const message = byMessage ? state.message(id) : state.messageOfDialog(id)
    const other = byMessage ? undefined : state.other(id)
    const facts = message !== undefined ? factsOfMessage(state, message) : other === undefined ? null : factsOfOther(other)
    // Without the service owner's label nothing is known of the correspondence.
    if (facts === null || (byMessage && message?.sent.serviceOwnerLabel !== true)) return notFound(call, 'InstanceRef', reference)
    if (!caller.may(facts.party, facts.resourceId)) return problem(call, 403, { Forbidden: ['Forbidden'] })
    const resource = state.resource(facts.resourceId)
    if (resource === undefined) return notFound(call, 'InstanceRef', reference)
    return json(200, {
      authorizationEvidence: {
        currentAuthenticationLevel: 3,
        viaRole: false,
        viaAccessPackage: true,
        viaResourceDelegation: false,
        viaInstanceDelegation: false,
        evidence: [{ grantType: 'AccessPackage', subject: 'urn:altinn:accesspackage:regnskapsforer-med-signeringsrettighet', name: [] }],
      },
      dialogId: facts.id,
      instanceRef: message?.sent.serviceOwnerLabel === true ? `urn:altinn:correspondence-id:${message.sent.id}` : `urn:altinn:dialog-id:${facts.id}`,
      party: facts.party,
      serviceResource: { id: resource.id, isDelegable: true, minimumAuthenticationLevel: resource.minimumLevel, name: localized(resource.title) },
      serviceOwner: { orgNumber: resource.owner.orgNumber, code: resource.owner.code, name: localized(resource.owner.name) },
      title: localized(facts.title),
    })
  }

  /** Opening a dialog is seen by others: it writes a seen log (altinn3.md trap 16). */
  const dialog = async (call: Call, caller: Caller, idText: string): Promise<Reply> => {
    const message = state.messageOfDialog(idText)
    const other = state.other(idText)
    const facts = message !== undefined ? factsOfMessage(state, message) : other === undefined ? null : factsOfOther(other)
    if (facts === null || (message !== undefined && !state.dialogExists(message))) return notFound(call, 'DialogEntity', idText)
    if (!caller.may(facts.party, facts.resourceId)) return problem(call, 403, { Forbidden: ['Forbidden'] })
    state.record({ kind: 'Seen', at: state.now(), caller: caller.systemUserId, dialog: facts.id })
    const dialogToken = await tokens.dialogToken(caller, facts)
    const { revision, body } = dialogDocument(state, tokens.platform, facts, dialogToken)
    return json(200, body, { etag: revision })
  }

  const serviceResources = (call: Call): Reply => {
    const asked = [...call.query].filter(([name]) => name.toLowerCase() === 'party').map(([, value]) => value)
    const used = new Set([...state.messages()].filter((message) => asked.length === 0 || asked.includes(message.sent.recipient)).map((message) => message.sent.resourceId))
    return json(200, {
      items: [...used].flatMap((id) => state.resource(id) ?? []).map(({ id, minimumLevel, title, owner, type }) => ({
        serviceResource: { id, isDelegable: true, minimumAuthenticationLevel: minimumLevel, name: localized(title), resourceType: type },
        serviceOwner: { orgNumber: owner.orgNumber, code: owner.code, name: localized(owner.name) },
      })),
    })
  }

  return async (call) => {
    const path = call.path.slice(base.length)
    const id = /^\/dialogs\/([^/]+)$/.exec(path)?.[1]
    const known = ['/dialogs', '/parties', '/dialoglookup', '/serviceresources'].includes(path) || id !== undefined
    if (!known) return { status: 404 }
    if (call.method !== 'GET') return { status: 405, headers: { allow: 'GET' } }
    const caller = await tokens.caller(call)
    if ('problem' in caller) return unauthorized(caller, 3, caller.problem === 'expired' || caller.problem === 'signature' ? 'last' : 'all')
    if (!scopes.some((scope) => caller.scopes.includes(scope)) || caller.systemUserId === '') return { status: 403 }
    if (id !== undefined) {
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return problem(call, 400, { dialogId: [`Value [${id}] is not valid for a [Guid] property!`] })
      return await dialog(call, caller, id)
    }
    switch (path) {
      case '/parties':
        return parties(call, caller)
      case '/dialoglookup':
        return lookup(call, caller)
      case '/serviceresources':
        return serviceResources(call)
      default:
        return search(state, call, caller)
    }
  }
}
