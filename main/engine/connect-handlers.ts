import type { Environment } from '../altinn/environment.ts'
import type { Handlers } from './calls.ts'
import type { Connections } from './connect.ts'
import { askScopes, receiveScopes } from './connect-key.ts'

/** Every request of connecting. */
export function connectHandlers(connections: Connections, environment: Pick<Environment, 'idporten'>): Handlers {
  return {
    'connect.list': async () => ({
      connections: [...(await connections.list())],
      personClient: environment.idporten?.clientId !== undefined,
      scopes: { receive: [...receiveScopes], ask: [...askScopes] },
    }),
    'connect.begin': async ({ way, name }) => ({ uuid: await connections.begin(way, name) }),
    'connect.change': async ({ uuid, ...wanted }) => {
      await connections.change(uuid, wanted)
      return {}
    },
    'connect.key': async ({ uuid, data, password }) => ({ problem: await connections.key(uuid, data, password) }),
    'connect.check': async ({ uuid }) => ({ results: [...((await connections.check(uuid))?.results ?? [])] }),
    'connect.ask': async ({ uuid }) => ({ problem: await connections.ask(uuid) }),
    'connect.look': async ({ uuid }) => ({ problem: await connections.look(uuid) }),
    'connect.withdraw': async ({ uuid }) => ({ problem: await connections.withdraw(uuid) }),
    'connect.open-approval': async ({ uuid }) => {
      await connections.openApproval(uuid)
      return {}
    },
    'connect.login': async ({ uuid, level, language }) => ({ problem: await connections.login(uuid, level, language) }),
    'connect.cancel-login': ({ uuid }) => {
      connections.cancelLogin(uuid)
      return Promise.resolve({})
    },
    'connect.log-out': async ({ uuid }) => {
      await connections.logOut(uuid)
      return {}
    },
    'connect.finish': async ({ uuid }) => {
      await connections.finish(uuid)
      return {}
    },
    'connect.remove': async ({ uuid }) => {
      await connections.remove(uuid)
      return {}
    },
  }
}
