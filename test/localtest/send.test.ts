import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAddress } from '../../main/localtest/address-file.ts'
import { sendCommand, sendUsage } from '../../main/localtest/send.ts'
import { dueOf, WrongUse } from '../../main/localtest/send-request.ts'
import { enduser, Service } from './service.ts'
import { clients, dialogIdOf, letter, orgUrn, smallWorld } from './small-world.ts'

const day = 86_400_000
let altinn: Service
beforeEach(async () => {
  altinn = new Service({ world: smallWorld((anchorAt) => [letter(1, anchorAt - day)]) })
  await altinn.start()
})
afterEach(async () => {
  await altinn.end()
})

interface Ended {
  readonly code: number
  readonly said: string
  readonly told: string
}
async function send(...args: readonly string[]): Promise<Ended> {
  const [said, told]: [string[], string[]] = [[], []]
  const code = await sendCommand(args, (text) => said.push(text), (text) => told.push(text))
  return { code, said: said.join('\n'), told: told.join('\n') }
}
const here = (): readonly string[] => ['--folder', altinn.folder]
const basics = ['--to', clients[0], '--title', 'Hei', '--body', 'Brødtekst'] as const

describe('sending oneself a message', () => {
  it('prints the ids, and the message arrives as it was written', async () => {
    const file = join(altinn.folder, 'Brev æ.pdf')
    writeFileSync(file, '%PDF-1.4')
    const text = join(altinn.folder, 'text.md')
    writeFileSync(text, '# Overskrift')
    const { code, told } = await send('--to', 'klient 1 as', '--title', 'Vedtak', '--body-file', text, '--attach', file, '--attach', text.replace('.md', '.txt'), ...here())
    expect([code, told]).toEqual([64, ''])
    writeFileSync(text.replace('.md', '.txt'), 'notat')
    const sent = await send('--to', 'klient 1 as', '--title', 'Vedtak', '--body-file', text, '--attach', file, '--attach', text.replace('.md', '.txt'), '--due', '+3', '--confirm', '--reply', 'Svar her=https://svar.example/?a=1', '--reply', 'https://svar.example/2', '--language', 'nn', '--sender', 'skd-brev', ...here())
    expect(sent.code).toBe(0)
    const ids = JSON.parse(sent.told) as { correspondenceId: string; dialogId: string }
    altinn.offset += 6000
    const overview = await altinn.get(`/correspondence/api/v1/correspondence/${ids.correspondenceId}`)
    expect(overview).toMatchObject({
      recipient: orgUrn(clients[0]), isConfirmationNeeded: true, resourceId: 'skd-brev',
      content: { messageTitle: 'Vedtak', messageBody: '# Overskrift', language: 'nn', attachments: [{ fileName: 'Brev æ.pdf', dataType: 'application/pdf' }, { fileName: 'text.txt', dataType: 'text/plain' }] },
    })
    expect((overview as { replyOptions: object[] }).replyOptions).toEqual(expect.arrayContaining([{ linkURL: 'https://svar.example/?a=1', linkText: 'Svar her' }, { linkURL: 'https://svar.example/2', linkText: null }]))
    expect((await altinn.get<{ status: string }>(`${enduser}/dialogs/${ids.dialogId}`)).status).toBe('RequiresAttention')
  })

  it('finds a local Altinn by its address, confidential services by themselves, and puts a message into a dialog', async () => {
    const byAddress = ['--platform', `${altinn.altinn.platform}/`]
    const confidential = await send(...basics, '--confidential', ...byAddress)
    expect(confidential.code).toBe(0)
    const { correspondenceId } = JSON.parse(confidential.told) as { correspondenceId: string }
    expect(altinn.altinn.state.message(correspondenceId)?.sent).toMatchObject({ confidential: true, resourceId: 'skd-taushet' })
    const within = await send('--into-dialog', dialogIdOf(1), '--title', 'Nytt', '--body', 'b', ...byAddress)
    expect(JSON.parse(within.told)).toMatchObject({ dialogId: dialogIdOf(1), transmissionId: expect.any(String) as string })
  })

  it('says what is wrong in a sentence and ends with 64', async () => {
    const wrong = async (...args: readonly string[]): Promise<string> => {
      const { code, said } = await send(...args)
      expect([args, code]).toEqual([args, 64])
      return said
    }
    expect(await wrong('--to', clients[0], '--body', 'b', ...here())).toContain('--title')
    expect(await wrong('--to', clients[0], '--title', 't', ...here())).toContain('--body-file')
    expect(await wrong(...basics, '--body-file', 'x', ...here())).toContain('not both')
    expect(await wrong(...basics, '--confirm', ...here())).toContain('1016')
    expect(await wrong(...basics, '--due', 'soon', ...here())).toContain('2026-12-31')
    expect(await wrong(...basics, '--reply', 'Svar=http://svar.example/', ...here())).toContain('https')
    expect(await wrong(...basics, '--attach', join(altinn.folder, 'missing.pdf'), ...here())).toContain('there is no file')
    mkdirSync(join(altinn.folder, 'mappe.pdf'))
    expect(await wrong(...basics, '--attach', join(altinn.folder, 'mappe.pdf'), ...here())).toContain('is a folder')
    expect(await wrong(...basics, '--attach', 'program.exe', ...here())).toContain('docx')
    expect(await wrong(...basics, '--language', 'se', ...here())).toContain('nb, nn or en')
    expect(await wrong(...basics, '--sender', 'ukjent', ...here())).toContain('skd-brev')
    expect(await wrong(...basics, '--sender', 'skd-brev', '--confidential', ...here())).toContain('1060')
    expect(await wrong('--to', 'Ingen AS', '--title', 't', '--body', 'b', ...here())).toContain(clients[0])
    expect(await wrong('--title', 't', '--body', 'b', ...here())).toContain('--to is missing')
    expect(await wrong('--into-dialog', 'x', '--title', 't', '--body', 'b', ...here())).toContain('id of a dialog')
    expect(await wrong('--into-dialog', orgUrn('x'), '--title', 't', '--body', 'b', ...here())).toContain('id of a dialog')
    expect(await wrong(...basics, '--platform', 'nowhere')).toContain('http://127.0.0.1:8080')
    expect(await wrong(...basics, '--demo', ...here())).toContain('once')
    expect(await wrong(...basics, '--unknown', ...here())).toContain(sendUsage)
  })

  it('where nobody runs it says how to start one, and ends with 1', async () => {
    expect(await send(...basics, '--folder', join(altinn.folder, 'empty'))).toMatchObject({ code: 1, said: expect.stringContaining('npm run localtest') as string })
    expect(await send(...basics, '--platform', 'http://127.0.0.1:9')).toMatchObject({ code: 1, said: 'No local Altinn answers at http://127.0.0.1:9.' })
    expect(await send(...basics, '--demo', '--data', altinn.folder)).toMatchObject({ code: 1, said: expect.stringContaining('demo-altinn') as string })
  })

  it('the address lies in the folder only while it runs', async () => {
    expect(readAddress(altinn.folder)).toBe(altinn.altinn.platform)
    await altinn.altinn.close()
    expect(readAddress(altinn.folder)).toBeNull()
    await altinn.start()
  })
})

describe('a due date', () => {
  it('is the end of a Norwegian day, or the moment that was given', () => {
    const now = Date.parse('2026-11-27T10:00:00Z')
    expect(new Date(dueOf('+0', now)).toISOString().slice(0, 13)).toBe('2026-11-27T22')
    expect(dueOf('2026-11-30', now)).toBe(dueOf('+3', now))
    expect(dueOf('2026-12-31T12:00:00+01:00', now)).toBe(Date.parse('2026-12-31T11:00:00Z'))
    expect(() => dueOf('2026-13-01', now)).toThrow(WrongUse)
    expect(() => dueOf('3026-01-01', now)).toThrow(WrongUse)
  })
})
