import { parentPort } from 'node:worker_threads'
import { bodyReader } from './body.ts'
import type { Job, JobAnswer } from './reading.ts'
import { readXml } from './forms/plain.ts'

if (parentPort === null) throw new Error('The reading worker runs as a thread')
const port = parentPort
const readBody = bodyReader()
/** A letter of ours, with what letters are made of. */
const sample = `# Vedtak\n\n${'Virksomheten har **rett** til dette. '.repeat(10)}\n\n| Post | Beløp |\n|---|---:|\n${'| <b>1</b> | 1 |\n'.repeat(20)}\n* [Les mer](https://www.skatteetaten.no/)\n\n<table style="color: red"><tr><td><font size="2">www.altinn.no</font></td></tr></table>\n`

/** So often that what is compiled for a letter is compiled before the first one comes. */
let rehearsals = 12

port.on('message', (job: Job) => {
  // From now on what comes is practice enough, and waits for nothing.
  rehearsals = 0
  const result = job.kind === 'body' ? readBody(job.body, job.replyUrls) : readXml(job.bytes, job.labels)
  port.postMessage({ id: job.id, result } satisfies JobAnswer)
})
port.postMessage('ready')

// One at a time: a letter that comes meanwhile waits for no more than one of them.
function rehearse(): void {
  if (rehearsals === 0) return
  rehearsals -= 1
  readBody(sample, [])
  setImmediate(rehearse)
}
setImmediate(rehearse)
