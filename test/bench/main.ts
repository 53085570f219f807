import { type Harness, runHarness } from '../harness/run.ts'
import { benchCache, cacheAsk, cacheFill, cacheOpen } from './cache.ts'
import { benchIdle, idleRows } from './idle.ts'
import { layout } from './layout.ts'
import { benchSearch } from './search.ts'
import { benchSync } from './sync.ts'

/** Only this one needs a browser. */
const open: Harness = async (args) => await (await import('./open.ts')).benchOpen(args)

/** `idle-rows` is part of `idle`, the three that begin so of `cache`; each runs in a process of its own. */
const harnesses: Readonly<Record<string, Harness>> = { sync: benchSync, idle: benchIdle, 'idle-rows': idleRows, cache: benchCache, layout, 'cache-fill': cacheFill, 'cache-open': cacheOpen, 'cache-ask': cacheAsk, open, search: benchSearch }

await runHarness('bench', harnesses)
