import { actionTexts } from './actions.ts'
import { awayTexts } from './away.ts'
import { formTexts } from './forms.ts'
import { frameTexts } from './frame.ts'
import { listTexts } from './list.ts'
import { messageTexts } from './message.ts'
import { pageTexts } from './pages.ts'

/** Every text of the window, one file a part of it. */
export const windowTexts = { ...frameTexts, ...formTexts, ...listTexts, ...messageTexts, ...actionTexts, ...awayTexts, ...pageTexts } as const
