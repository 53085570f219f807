import { keychainKeeper } from '../../main/secrets/keychain.ts'
import { unlockKeys, waysInto } from '../../main/engine/unlock.ts'
import { ProfileError } from '../../main/engine/profile-error.ts'
import { createKeys, KeychainError } from '../../main/store/keys.ts'

/** Asks the keychain of the session it runs in, through keytar, and tells every answer in one line of JSON. */
const [task = '', folder = '', argument = ''] = process.argv.slice(2)
const keeper = keychainKeeper()
const name = 'prøve/æøå'
const value = Buffer.from('en hemmelighet med æøå og \u0000')

/** What is asked of a keychain in any state. */
async function ask(): Promise<unknown> {
  return { probe: await keeper.probe(), read: await keeper.read(name), unknown: await keeper.read('prøve/aldri'), write: await keeper.write('prøve/ny', value), remove: await keeper.remove('prøve/aldri') }
}

async function fails(work: Promise<unknown>): Promise<unknown> {
  return await work.then(() => 'done', (error: unknown) => (error instanceof ProfileError ? { code: error.code, ways: error.values['ways'] } : error instanceof KeychainError ? { keychain: error.state } : { error: String(error) }))
}

async function run(): Promise<unknown> {
  switch (task) {
    case 'use': {
      const written = await keeper.write(name, value)
      const read = await keeper.read(name)
      return { probe: await keeper.probe(), written, same: read.state === 'found' && read.value.equals(value), unknown: await keeper.read('prøve/aldri'), removed: await keeper.remove(name), again: await keeper.remove(name) }
    }
    case 'ask':
      return await ask()
    case 'create': {
      const keys = await createKeys(folder, { kind: 'keychain', keeper }, { name: 'tt02', loopback: false })
      return { key: keys.derive('mail').toString('hex') }
    }
    case 'open':
      return await unlockKeys(folder, { passphraseFile: null }, keeper).then((keys) => ({ key: keys.derive('mail').toString('hex') }), (error: unknown) => fails(Promise.reject(error instanceof Error ? error : new Error('unknown'))))
    case 'open-else': {
      const closed = await fails(unlockKeys(folder, { passphraseFile: null }, keeper))
      const keys = await unlockKeys(folder, { passphraseFile: argument }, keeper)
      return { closed, key: keys.derive('mail').toString('hex'), add: await fails(waysInto(folder, keys, keeper).addKeychain()), ways: (await waysInto(folder, keys, keeper).list()).map(({ kind }) => kind) }
    }
    case 'add-passphrase': {
      const keys = await unlockKeys(folder, { passphraseFile: null }, keeper)
      await waysInto(folder, keys, keeper).setPassphrase(argument)
      return {}
    }
    case 'create-fails':
      return await fails(createKeys(folder, { kind: 'keychain', keeper }, { name: 'tt02', loopback: false }))
    default:
      throw new Error('no such task')
  }
}

const answer = JSON.stringify(await run())
process.stdout.write(`${answer}\n`, () => process.exit(0))
