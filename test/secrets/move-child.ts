import { moveSecrets } from '../../main/secrets/move.ts'
import { dyingKeeper, plainKeeper } from './plain-keeper.ts'

/** Moves secrets between two keepers and is killed after so many questions to them; says what became of it when it is not. */
const [from = '', to = '', names = '', dieAfter = ''] = process.argv.slice(2)
const left = { questions: Number(dieAfter) }
const moved = await moveSecrets(dyingKeeper(plainKeeper(from), left), dyingKeeper(plainKeeper(to), left), names.split(','), () => Promise.resolve(true))
process.stdout.write(JSON.stringify(moved))
