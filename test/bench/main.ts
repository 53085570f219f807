import { type Harness, runHarness } from '../harness/run.ts'
import { benchCache, cacheAsk, cacheFill, cacheOpen } from './cache.ts'
import { benchSync } from './sync.ts'

/** The last three are parts of `cache`, which runs them in processes of their own. */
const harnesses: Readonly<Record<string, Harness>> = { sync: benchSync, cache: benchCache, 'cache-fill': cacheFill, 'cache-open': cacheOpen, 'cache-ask': cacheAsk }

await runHarness('bench', harnesses)
