import { randomUUID } from 'node:crypto'
import { openLedger } from '../../main/store/ledger/ledger-db.ts'

/** Adds settings to a ledger as fast as it can and prints each number once it is acknowledged, until it is killed. */
const [folder = '', keyHex = ''] = process.argv.slice(2)
const key = Buffer.from(keyHex, 'hex')
const { api } = openLedger({ path: `${folder}/ledger.db`, key, journalFolder: `${folder}/ledger.journal`, journalKeys: [{ epoch: 1, key, headerKey: key }], profileId: 'p', person: 'kari' })
for (let n = 0; ; n += 1) {
  api.append({ type: 'setting-changed', name: `s${String(n)}`, value: randomUUID() })
  process.stdout.write(`${String(n)}\n`)
}
