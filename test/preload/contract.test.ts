import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contract } from '../../preload/contract/index.ts'
import { errorCode, obstacle } from '../../preload/contract/errors.ts'
import { runSummary } from '../../preload/contract/sync.ts'
import { outboxKind, outboxState } from '../../main/store/ledger/outbox.ts'
import { receiptKind, receiptState } from '../../preload/contract/shapes.ts'
import { allTexts } from '../../resources/locales/index.ts'

describe('the contract', () => {
  it('takes nothing but zod', () => {
    const folder = join(import.meta.dirname, '..', '..', 'preload', 'contract')
    const imported = readdirSync(folder).flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? ''))
    expect(imported.filter((source) => source !== 'zod' && !/^\.\/[a-z-]+\.ts$/.test(source))).toEqual([])
  })

  it('names every error in every language', () => {
    const named = [...errorCode.options.filter((code) => code !== 'not-possible'), ...obstacle.options.map((one) => `not-possible.${one}`)]
    for (const texts of Object.values(allTexts)) for (const name of named) expect(Object.keys(texts)).toContain(`error.${name}`)
  })

  it('knows the same receipts as the ledger', () => {
    expect([...receiptState.options].sort()).toEqual([...outboxState.options].sort())
    expect([...receiptKind.options].sort()).toEqual([...outboxKind.options].sort())
  })

  it('refuses requests that no shell would send', () => {
    const { requests } = contract
    expect(requests['messages.list'].request.safeParse({ view: 'inbox', limit: 1001 }).success).toBe(false)
    expect(requests['messages.list'].request.safeParse({ view: 'everything', limit: 1 }).success).toBe(false)
    expect(requests['receipts.confirm'].request.safeParse({ id: 1, waitMs: -1, versionShown: null }).success).toBe(false)
    expect(requests['receipts.undo'].request.safeParse({ uuid: 'x' }).success).toBe(false)
    expect(requests['consent.give'].request.safeParse({ accountUuid: '00000000-0000-4000-8000-000000000001', fromAt: null, parties: ['not a party'], attachments: true, by: 'window' }).success).toBe(false)
  })

  it('a run\'s summary has exactly the keys that programs read', () => {
    expect(Object.keys(runSummary.shape)).toEqual(['recipients', 'dialogs', 'messages', 'attachments', 'bytes', 'skipped', 'failed', 'requests', 'seconds', 'total'])
  })
})
