import { readFileSync } from 'node:fs'
import { transformer } from '../../../main/reading/forms/transform.ts'

/** One transform in a process of its own: stylesheet and document from files, the page to stdout. */
const [, , stylesheet = '', document = ''] = process.argv
const transform = await transformer()
process.stdout.write(await transform(readFileSync(stylesheet, 'utf8'), readFileSync(document, 'utf8')))
