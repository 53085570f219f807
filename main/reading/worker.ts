import { parentPort } from 'node:worker_threads'
import { bodyReader } from './body.ts'
import type { Job, JobAnswer } from './reading.ts'
import { readXml } from './forms/plain.ts'

if (parentPort === null) throw new Error('The reading worker runs as a thread')
const port = parentPort
const readBody = bodyReader()
port.on('message', (job: Job) => {
  const result = job.kind === 'body' ? readBody(job.body, job.replyUrls) : readXml(job.bytes, job.labels)
  port.postMessage({ id: job.id, result } satisfies JobAnswer)
})
port.postMessage('ready')
