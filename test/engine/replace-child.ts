import { waysInto } from '../../main/engine/unlock.ts'
import { passphraseFileKeeper } from '../../main/secrets/passphrase-file.ts'
import type { SecretKeeper } from '../../main/secrets/port.ts'
import { openKeys } from '../../main/store/keys.ts'
import { diskFile } from '../secrets/disk-file.ts'

/** Puts a new entry of the keychain in the place of the old one and is killed after so many questions to it; says which ways there are when it is not. */
const [folder = '', ring = '', dieAfter = ''] = process.argv.slice(2)
const keeper = passphraseFileKeeper({ file: diskFile(ring), passphrase: Buffer.from('ring'), cost: { N: 2 ** 15, r: 8, p: 1 } })
const keys = await openKeys(folder, { kind: 'keychain', keeper })

let questions = Number(dieAfter)
async function step<T>(answer: Promise<T>): Promise<T> {
  const given = await answer
  questions -= 1
  if (questions === 0) process.kill(process.pid, 'SIGKILL')
  return given
}
const dying: SecretKeeper = { kind: keeper.kind, probe: () => keeper.probe(), read: (name) => step(keeper.read(name)), write: (name, value) => step(keeper.write(name, value)), remove: (name) => step(keeper.remove(name)) }
await waysInto(folder, keys, dying).addKeychain()
process.stdout.write((await waysInto(folder, keys, keeper).list()).map(({ kind }) => kind).join(' '))
