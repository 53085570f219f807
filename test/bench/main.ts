import { type Harness, runHarness } from '../harness/run.ts'
import { benchCache, cacheAsk, cacheFill, cacheOpen } from './cache.ts'
import { benchIdle, idleRows } from './idle.ts'
import { layout } from './layout.ts'
import { benchSync } from './sync.ts'

/** `idle-rows` is part of `idle`, the last three of `cache`; each runs in a process of its own. */
const harnesses: Readonly<Record<string, Harness>> = { sync: benchSync, idle: benchIdle, 'idle-rows': idleRows, cache: benchCache, layout, 'cache-fill': cacheFill, 'cache-open': cacheOpen, 'cache-ask': cacheAsk }

await runHarness('bench', harnesses)
