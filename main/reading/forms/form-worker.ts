import { isolatedPort } from '../isolated-port.ts'
import type { FormAnswer, FormAsk, FormJobs } from './jobs.ts'
import { templateFacts } from './manifest.ts'
import { loadPackage } from './package.ts'
import { FormError } from './problems.ts'
import { describeDocument, embeddedFiles, renderForm } from './render.ts'
import { sampleForm } from './sample.ts'
import { transformer } from './transform.ts'

// "Today" of a form is the day in Norway, wherever the machine is.
process.env['TZ'] = 'Europe/Oslo'
const port = isolatedPort()
// Made before anything is asked: that is why a process waits ready.
const transform = await transformer()

async function answer({ name, ask }: FormAsk): Promise<unknown> {
  switch (name) {
    case 'document':
      return describeDocument(ask as FormJobs['document']['ask'])
    case 'template':
      return templateFacts(await loadPackage((ask as FormJobs['template']['ask']).template))
    case 'render':
      return await renderForm({ transform }, ask as FormJobs['render']['ask'])
    case 'embedded': {
      const { data, at } = ask as FormJobs['embedded']['ask']
      return embeddedFiles(data)[at] ?? null
    }
  }
}

const heard = { any: false }
port.onMessage((message) => {
  heard.any = true
  const ask = message as FormAsk
  answer(ask).then(
    (value) => { port.post({ id: ask.id, ok: true, value } satisfies FormAnswer) },
    (error: unknown) => {
      // What the error says may hold pieces of a letter; only its kind leaves this process.
      port.post({ id: ask.id, ok: false, problem: error instanceof FormError ? error.problem : 'failed' } satisfies FormAnswer)
    },
  )
})
port.post('ready')

/** Code that has run before runs several times as fast; the process has nothing else to do until it is asked. */
const rehearsals = 12
for (let n = 0; n < rehearsals; n += 1) {
  await new Promise((resolve) => setImmediate(resolve))
  if (heard.any) break
  const sample = sampleForm()
  describeDocument(sample)
  templateFacts(await loadPackage(sample.template))
  await renderForm({ transform }, sample)
}
