import { type HostileCase, type HostileMessage, type Marks, marksOf } from '../../fixtures/hostile/case.ts'

/** Words of the harmless letters between the hostile ones. */
export const neighbour = { title: 'zqnabo', body: 'Dette er naboens brev, og det er helt i orden.' } as const

export interface Placed {
  readonly at: number
  readonly one: HostileCase
  readonly marks: Marks
}

/** Ids by the place in the whole collection, so that they stay the same when only some are run. */
export const placed = (cases: readonly HostileCase[], port: number): readonly Placed[] => cases.map((one, at) => ({ at, one, marks: marksOf(at, port) }))

/** A word that finds one message: letters and digits only. */
export const wordOf = ({ marks }: Placed): string => `zz${marks.id}`

function wire({ title = '', summary, body = 'Hei', messageSender, replyOptions, propertyList, attachments = [] }: HostileMessage, recipient: string, word: string): unknown {
  return {
    recipient,
    title: `${word} ${title}`.slice(0, 255),
    body,
    ...(summary === undefined ? {} : { summary: summary.slice(0, 255) }),
    ...(messageSender === undefined ? {} : { messageSender: messageSender.slice(0, 255) }),
    ...(replyOptions === undefined ? {} : { replyOptions }),
    ...(propertyList === undefined ? {} : { propertyList }),
    attachments: attachments.map(({ fileName, displayName, content, times, dataType }) => ({
      fileName: fileName.slice(0, 255),
      contentBase64: (typeof content === 'string' ? Buffer.from(content) : content).toString('base64'),
      ...(displayName === undefined ? {} : { displayName: displayName.slice(0, 255) }),
      ...(times === undefined ? {} : { times }),
      ...(dataType === undefined ? {} : { dataType }),
    })),
  }
}

async function send(platform: string, message: unknown): Promise<void> {
  const answer = await fetch(`${platform}/localtest/send`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) })
  if (answer.status !== 201) throw new Error(`A case was refused: ${await answer.text()}`)
}

/** Sends the cases, and two harmless letters: one before them and one after. */
export async function sendCases(platform: string, recipient: string, cases: readonly Placed[]): Promise<void> {
  const harmless = (word: string): unknown => wire({ title: 'Et brev fra naboen', body: neighbour.body }, recipient, word)
  await send(platform, harmless(`${neighbour.title}a`))
  for (const place of cases) {
    try {
      await send(platform, wire(place.one.message(place.marks), recipient, wordOf(place)))
    } catch (error) {
      throw new Error(`${place.one.name} could not be sent`, { cause: error })
    }
  }
  await send(platform, harmless(`${neighbour.title}b`))
}
