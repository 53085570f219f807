import { passphraseFileKeeper } from '../../main/secrets/passphrase-file.ts'
import { moveSecrets } from '../../main/secrets/move.ts'
import type { SecretKeeper } from '../../main/secrets/port.ts'
import { diskFile } from './disk-file.ts'

/** Moves secrets between two files and is killed after so many steps; says what became of it when it is not. */
const [from = '', to = '', names = '', dieAfter = ''] = process.argv.slice(2)
let steps = Number(dieAfter)

/** A step is a question to a keeper: the process is gone before the next one is asked. */
function dying(keeper: SecretKeeper): SecretKeeper {
  const step = async <T>(answer: Promise<T>): Promise<T> => {
    const given = await answer
    steps -= 1
    if (steps === 0) process.kill(process.pid, 'SIGKILL')
    return given
  }
  return { kind: keeper.kind, probe: () => keeper.probe(), read: (name) => step(keeper.read(name)), write: (name, value) => step(keeper.write(name, value)), remove: (name) => step(keeper.remove(name)) }
}

const keeper = (path: string): SecretKeeper => dying(passphraseFileKeeper({ file: diskFile(path), passphrase: Buffer.from('riktig hest batteri'), cost: { N: 2 ** 15, r: 8, p: 1 } }))
const moved = await moveSecrets(keeper(from), keeper(to), names.split(','), () => Promise.resolve(true))
process.stdout.write(JSON.stringify(moved))
