import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Fault } from '../../../main/localtest/faults.ts'
import { openReadEngine } from '../../../main/engine.ts'
import { openKeys } from '../../../main/store/keys.ts'
import { must, openProfile, reach } from '../../harness/profile.ts'
import type { Case } from './reading-cases.ts'
import { expect, Scene, worldMessages } from './scene.ts'

/** A confirmation given while something goes wrong; in the end it is there exactly once. */
const confirming = (name: string, fault: Partial<Fault> & Pick<Fault, 'kind'>, restart = false): Case => [
  name,
  async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      const { id, correspondenceId } = await scene.toConfirm()
      await scene.fault(fault)
      const first = await scene.confirm(id, 1500)
      if (restart) await scene.restart()
      await scene.well()
      const row = await must(scene.engine, 'receipts.wait', { uuid: first.uuid, timeoutMs: 15_000 })
      expect(row.state === 'proven', `the confirmation is ${row.state} (${row.reason ?? ''})`)
      const confirmed = await scene.effects(correspondenceId, 'ConfirmRequested')
      expect(confirmed === 1, `it was confirmed ${String(confirmed)} times`)
    } finally {
      await scene.end()
    }
  },
]

const hour = 3_600_000

/** A clock that is wrong by an hour: everything works, and the confirmation is told to be ours. */
const wrongClock = (name: string, offsetMs: number): Case => [
  name,
  async (seed) => {
    const scene = await Scene.begin(seed, { now: () => Date.now() + offsetMs })
    try {
      await scene.sync()
      await scene.whole()
      const { id, correspondenceId } = await scene.toConfirm()
      const row = await scene.confirm(id)
      expect(row.state === 'proven', `the confirmation is ${row.state} (${row.reason ?? ''} ${String(row.answerStatus)} ${String(row.answerCode)})`)
      expect((await scene.effects(correspondenceId, 'ConfirmRequested')) === 1, 'it was not confirmed once')
    } finally {
      await scene.end()
    }
  },
]

export const receiptCases: readonly Case[] = [
  confirming('a confirm that answers 500 without effect', { kind: 'confirm-lost', times: 1 }),
  confirming('a confirm that answers 500 with effect', { kind: 'confirm-kept', times: 1 }),
  confirming('a confirm that answers 500 with effect, and a restart', { kind: 'confirm-kept', times: 1 }, true),
  confirming('a confirm whose answer is cut off', { kind: 'cut-short', path: '/confirm', times: 1 }),
  confirming('a confirm whose answer comes too late', { kind: 'silence', path: '/confirm', ms: 4000, times: 1 }),
  confirming('a confirm answered with a web page', { kind: 'html', path: '/confirm', times: 1 }),
  confirming('a confirm while Dialogporten hangs', { kind: 'dialogporten-hangs', ms: 2500, times: 2 }),
  confirming('a confirm while Dialogporten hangs, and a restart', { kind: 'dialogporten-hangs', ms: 2500, times: 2 }, true),
  confirming('a confirm while Dialogporten is gone', { kind: 'dialogporten-gone', path: '/confirm', times: 1 }),
  confirming('a confirm in maintenance', { kind: 'maintenance', path: '/confirm', ms: 500, times: 2 }),
  confirming('a confirm throttled', { kind: 'too-many-seconds', path: '/confirm', ms: 1000, times: 1 }),
  confirming('a confirm with an expired token', { kind: 'expired-token', path: '/confirm', times: 1 }),
  ['a confirm without access is refused, with the reason', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      const { id, correspondenceId } = await scene.toConfirm()
      await scene.fault({ kind: 'no-access', path: '/confirm' })
      const row = await scene.confirm(id)
      expect(row.state === 'refused' && row.reason === 'no-access', `it is ${row.state} (${row.reason ?? ''})`)
      expect((await scene.effects(correspondenceId, 'ConfirmRequested')) === 0, 'it was confirmed')
    } finally {
      await scene.end()
    }
  }],
  ['redirects are never followed', async (seed) => {
    let reached = 0
    const elsewhere = createServer((_request, response) => {
      reached += 1
      response.end('{}')
    })
    await new Promise<void>((resolve) => {
      elsewhere.listen(0, '127.0.0.1', resolve)
    })
    const scene = await Scene.begin(seed)
    try {
      await scene.fault({ kind: 'redirect', location: `http://127.0.0.1:${String((elsewhere.address() as AddressInfo).port)}/here` })
      await scene.sync()
      expect(reached === 0, 'a request went to another host')
      expect((await scene.fetched()).length === 0, 'a redirect was taken for a letter')
      await scene.recovers()
    } finally {
      await scene.end()
      elsewhere.close()
    }
  }],
  wrongClock('the clock is an hour ahead', hour),
  wrongClock('the clock is an hour behind', -hour),
  ['two processes on one profile', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      await scene.sync()
      const second = await openProfile(scene.profile, scene.altinn.altinn).then(() => 'opened', (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'another error'))
      expect(second === 'locked', `the second process got: ${second}`)
      const reader = await openReadEngine({ folder: scene.profile, keys: await openKeys(scene.profile, { kind: 'demo-file' }), ...reach(scene.altinn.altinn) })
      try {
        const { rows } = await must(reader, 'messages.list', { view: 'all', limit: 100 })
        expect(rows.length === worldMessages, 'reading beside it shows something else')
        const refused = await reader.call('messages.set-handled', { id: rows[0]?.id ?? 0, handled: true })
        expect(!refused.ok && refused.error.code === 'read-only', 'writing beside it was not refused')
      } finally {
        await reader.close()
      }
    } finally {
      await scene.end()
    }
  }],
  ['the service goes away in the middle and comes back', async (seed) => {
    const scene = await Scene.begin(seed)
    try {
      const run = scene.sync()
      await new Promise((resolve) => setTimeout(resolve, 60))
      await fetch(`${scene.altinn.altinn.platform}/localtest/pause`, { method: 'POST' })
      await run
      await fetch(`${scene.altinn.altinn.platform}/localtest/resume`, { method: 'POST' })
      await scene.recovers()
    } finally {
      await scene.end()
    }
  }],
]

/** Needs a disk of its own that can be filled: only for root on Linux. */
export const diskCase: Case = ['a full disk at any write', async (seed) => {
  const { mount, unmount, fill, empty } = await import('./small-disk.ts')
  const disk = mount(12)
  try {
    const scene = await Scene.begin(seed, {}, `${disk}/profile`)
    try {
      const handled = new Set<number>()
      for (const free of [0, 400, 1200, 2500]) {
        fill(disk, free)
        const run = await scene.engine.call('sync.run', { accountUuid: scene.accountUuid })
        const opened = await scene.engine.call('messages.list', { view: 'all', limit: 10 })
        expect(opened.ok, 'the list cannot be read when the disk is full')
        expect(run.ok || run.error.code === 'disk-full', `the sync says ${run.ok ? '' : run.error.code}`)
        // A click is either kept or refused with the reason.
        for (const { id } of opened.ok ? opened.value.rows : []) {
          const clicked = await scene.engine.call('messages.set-handled', { id, handled: true })
          expect(clicked.ok || clicked.error.code === 'disk-full', `a click says ${clicked.ok ? '' : clicked.error.code}`)
          if (clicked.ok) handled.add(id)
        }
        empty(disk)
      }
      // What the system says of free room is believed for half a second.
      await new Promise((resolve) => setTimeout(resolve, 600))
      await scene.recovers()
      await scene.restart()
      await scene.whole()
      const { rows } = await must(scene.engine, 'messages.list', { view: 'all', limit: 100 })
      for (const id of handled) expect(rows.some((row) => row.id === id && row.handledAt !== null), 'a click that was kept is gone')
    } finally {
      await scene.end()
    }
  } finally {
    unmount(disk)
  }
}]
