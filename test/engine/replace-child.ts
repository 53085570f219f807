import { waysInto } from '../../main/engine/unlock.ts'
import { openKeys } from '../../main/store/keys.ts'
import { dyingKeeper, plainKeeper } from '../secrets/plain-keeper.ts'

/** Puts a new entry of the keychain in the place of the old one and is killed after so many questions to it; says which ways there are when it is not. */
const [folder = '', ring = '', dieAfter = ''] = process.argv.slice(2)
const keeper = plainKeeper(ring)
const keys = await openKeys(folder, { kind: 'keychain', keeper })
await waysInto(folder, keys, dyingKeeper(keeper, { questions: Number(dieAfter) })).addKeychain()
process.stdout.write((await waysInto(folder, keys, keeper).list()).map(({ kind }) => kind).join(' '))
