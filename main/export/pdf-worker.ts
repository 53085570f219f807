import { parentPort } from 'node:worker_threads'
import { pageCount, safePages, withAppended } from './pdf-pages.ts'
import type { PdfJob } from './pdf-thread.ts'

const port = parentPort
if (port === null) throw new Error('The PDF worker is a thread')
port.on('message', (job: PdfJob) => {
  const work = async (): Promise<void> => {
    if (job.kind === 'clean') port.postMessage(await safePages(job.bytes, job.maxPages))
    else {
      const bytes = job.appended.length === 0 ? job.printed : await withAppended(job.printed, job.messages, job.appended)
      port.postMessage({ bytes, pages: await pageCount(bytes) })
    }
  }
  // A fault of this thread ends it; whoever waits is told by its end.
  void work().catch(() => { process.exit(1) })
})
