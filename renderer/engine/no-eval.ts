import { z } from 'zod'

// The window's policy lets nothing be compiled at run time; said before the first schema is made.
z.config({ jitless: true })
