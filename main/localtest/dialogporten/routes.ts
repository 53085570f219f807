import { type Call, type Handler, json, type Reply } from '../http.ts'
import type { LocalState } from '../state.ts'
import { type Caller, type Tokens, unauthorized } from '../tokens.ts'
import type { WorldParty } from '../world/model.ts'
import { dialogDocument } from './document.ts'
import { localized, named } from './items.ts'
import { LabelRoutes } from './label-routes.ts'
import { relabelled } from './labels.ts'
import { pruned } from './language.ts'
import { notAcceptable, notFound, problem, removed, wrongUser } from './problems.ts'
import { search } from './search.ts'
import { type SubResource, subResource, subResources } from './sub-resources.ts'

const base = '/dialogporten/api/v1/enduser'
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const scopes = ['digdir:dialogporten', 'digdir:dialogporten.noconsent']
const referenceForm = "InstanceRef must be a supported identifier: 'urn:altinn:instance-id:{partyId}/{uuid}', 'urn:altinn:correspondence-id:{uuid}' or 'urn:altinn:dialog-id:{uuid}'."

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
    isCurrentEndUser: caller.person === party.urn,
    isMainAdministrator: false,
    isAccessManager: false,
    hasOnlyAccessToSubParties: !caller.may(party.urn, null),
  }
}

/** Dialogporten's end-user API as a recipient's client meets it (altinn3.md section 3). */
export function dialogportenRoutes(state: LocalState, tokens: Tokens): Handler {
  const labels = new LabelRoutes(state)

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

  /** Maps both ways and leaves no trace; also answers for what is hidden or expired, not for what is deleted (altinn3.md 3.3, 3.8). */
  const lookup = (call: Call, caller: Caller): Reply => {
    const reference = [...call.query].find(([name]) => name.toLowerCase() === 'instanceref')?.[1] ?? ''
    const parsed = /^urn:altinn:(correspondence-id|dialog-id):([0-9a-f-]{36})$/i.exec(reference)
    if (parsed === null) return problem(call, 400, { InstanceRef: [referenceForm] })
    const id = parsed[2]?.toLowerCase() ?? ''
    const asked = parsed[1]?.toLowerCase() === 'correspondence-id' ? state.message(id)?.sent : null
    // A transmission has no dialog of its own, and without the service owner's label nothing is known of a correspondence.
    const isKnown = asked === null || (asked !== undefined && asked.transmissionOf === null && asked.serviceOwnerLabel)
    const dialog = isKnown ? state.dialogs.get(asked?.dialogId ?? id) : null
    const resource = dialog === null ? undefined : state.resource(dialog.resourceId)
    if (dialog === null || dialog.isDeleted || resource === undefined) return notFound(call, 'InstanceRef', reference)
    if (!caller.may(dialog.party, dialog.resourceId)) return problem(call, 403, { Forbidden: ['Forbidden'] })
    const body = {
      authorizationEvidence: {
        currentAuthenticationLevel: 3,
        viaRole: false,
        viaAccessPackage: true,
        viaResourceDelegation: false,
        viaInstanceDelegation: false,
        evidence: [{ grantType: 'AccessPackage', subject: 'urn:altinn:accesspackage:regnskapsforer-med-signeringsrettighet', name: [] }],
      },
      dialogId: dialog.id,
      instanceRef: dialog.message?.sent.serviceOwnerLabel === true ? `urn:altinn:correspondence-id:${dialog.message.sent.id}` : `urn:altinn:dialog-id:${dialog.id}`,
      party: dialog.party,
      serviceResource: { id: resource.id, isDelegable: true, minimumAuthenticationLevel: resource.minimumLevel, name: named(resource.title) },
      serviceOwner: { orgNumber: resource.owner.orgNumber, code: resource.owner.code, name: named(resource.owner.name) },
      title: localized(dialog.title),
    }
    return json(200, pruned(body, call.headers['accept-language']))
  }

  /** Opening a dialog is seen by others: a seen log once until it is updated, and MarkedAsUnopened goes (altinn3.md trap 16). */
  const dialog = async (call: Call, caller: Caller, id: string): Promise<Reply> => {
    const found = state.dialogs.get(id)
    if (found === null) return notFound(call, 'DialogEntity', id)
    if (!caller.may(found.party, found.resourceId)) return problem(call, 403, { Forbidden: ['Forbidden'] })
    if (found.isDeleted) return removed(call, id)
    const { hiddenUntil, expiresAt } = found
    if (hiddenUntil !== null) {
      const refusal = problem(call, 404, { DialogEntity: [`Dialog is not visible until ${new Date(hiddenUntil).toISOString().slice(0, 19)}`] })
      return { ...refusal, headers: { ...refusal.headers, expires: new Date(hiddenUntil).toUTCString() } }
    }
    if (found.isExpired) return problem(call, 404, { DialogEntity: [`Dialog expired at ${new Date(expiresAt ?? 0).toISOString().slice(0, 19)}`] })
    const common = { at: state.now(), caller: caller.id, dialog: id }
    const isNew = found.life?.seen.some((row) => row.caller === caller.id && row.at >= found.updatedAt) !== true
    if (isNew) state.record({ kind: 'Seen', ...common })
    if (found.labels.includes('MarkedAsUnopened')) {
      const { labels: left, log } = relabelled(found.labels, [], ['MarkedAsUnopened'])
      state.record({ kind: 'Labelled', ...common, labels: [...left], revision: null, log: [...log] })
    }
    const shown = state.dialogs.view(found.entry)
    const body = dialogDocument(state, tokens.platform, shown, caller, await tokens.dialogToken(caller, shown), isNew ? (shown.life?.seen.at(-1) ?? null) : null)
    return json(200, pruned(body, call.headers['accept-language']), { etag: shown.revision })
  }

  const serviceResources = (call: Call, caller: Caller): Reply => {
    const asked = [...call.query].filter(([name]) => name.toLowerCase() === 'party').map(([, value]) => value)
    const parties = (asked.length === 0 ? state.world.parties.map(({ urn }) => urn) : asked).filter((party) => caller.may(party, null))
    const used = new Set(parties.flatMap((party) => [...state.dialogs.resourcesOf(party)]))
    const body = {
      items: [...used].flatMap((id) => state.resource(id) ?? []).map(({ id, minimumLevel, title, owner, type }) => ({
        serviceResource: { id, isDelegable: true, minimumAuthenticationLevel: minimumLevel, name: named(title), resourceType: type },
        serviceOwner: { orgNumber: owner.orgNumber, code: owner.code, name: named(owner.name) },
      })),
    }
    return json(200, pruned(body, call.headers['accept-language']))
  }

  type Run = (call: Call, caller: Caller, id: string, item: string) => Reply | Promise<Reply>
  interface Route {
    readonly path: RegExp
    readonly method: 'GET' | 'PUT' | 'POST'
    readonly run: Run
  }
  const sub = (kind: SubResource): readonly Route[] => [
    { path: new RegExp(`^/dialogs/([^/]+)/${kind}$`), method: 'GET', run: (call, caller, id) => subResource(state, tokens.platform, call, caller, id, kind, null) },
    { path: new RegExp(`^/dialogs/([^/]+)/${kind}/([^/]+)$`), method: 'GET', run: (call, caller, id, item) => subResource(state, tokens.platform, call, caller, id, kind, item) },
  ]
  const routes: readonly Route[] = [
    { path: /^\/dialogs$/, method: 'GET', run: (call, caller) => search(state, call, caller) },
    { path: /^\/parties$/, method: 'GET', run: parties },
    { path: /^\/dialoglookup$/, method: 'GET', run: lookup },
    { path: /^\/serviceresources$/, method: 'GET', run: serviceResources },
    { path: /^\/dialogs\/context\/systemlabels\/actions\/bulkset$/, method: 'POST', run: (call, caller) => labels.bulk(call, caller) },
    { path: /^\/dialogs\/([^/]+)$/, method: 'GET', run: dialog },
    { path: /^\/dialogs\/([^/]+)\/context\/systemlabels$/, method: 'PUT', run: (call, caller, id) => labels.put(call, caller, id) },
    { path: /^\/dialogs\/([^/]+)\/context\/labellog$/, method: 'GET', run: (call, caller, id) => labels.log(call, caller, id) },
    ...subResources.flatMap(sub),
  ]

  return async (call) => {
    state.settle()
    const path = call.path.slice(base.length)
    const route = routes.find((one) => one.path.test(path))
    if (route === undefined) return { status: 404 }
    if (call.method !== route.method) return { status: 405, headers: { allow: route.method } }
    const caller = await tokens.caller(call, { person: true })
    // A dialog's own token is none here, and the refusal says nothing of it (recorded).
    if ('problem' in caller && (await tokens.isDialogToken(call))) return unauthorized({ problem: 'none' }, 3)
    if ('problem' in caller) return unauthorized(caller, 3, caller.problem === 'expired' || caller.problem === 'signature' ? 'last' : 'all')
    if (!scopes.some((scope) => caller.scopes.includes(scope))) return { status: 403 }
    if (caller.systemUserId === '' && caller.behalf !== null) return wrongUser(call)
    const [, id = '', item = ''] = route.path.exec(path) ?? []
    if (id !== '' && !guid.test(id)) return problem(call, 400, { dialogId: [`Value [${id}] is not valid for a [Guid] property!`] })
    return await route.run(call, caller, id, item)
  }
}
