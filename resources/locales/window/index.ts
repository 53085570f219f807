import { actionTexts } from './actions.ts'
import { awayTexts } from './away.ts'
import { connectTexts } from './connect.ts'
import { coverageTexts } from './coverage.ts'
import { fileTexts } from './files.ts'
import { formTexts } from './forms.ts'
import { frameTexts } from './frame.ts'
import { listTexts } from './list.ts'
import { messageTexts } from './message.ts'
import { pageTexts } from './pages.ts'
import { profileTexts } from './profiles.ts'
import { searchTexts } from './search.ts'
import { textTexts } from './texts.ts'
import { printTexts } from './print.ts'

/** Every text of the window, one file a part of it. */
export const windowTexts = { ...frameTexts, ...listTexts, ...messageTexts, ...actionTexts, ...awayTexts, ...coverageTexts, ...pageTexts, ...searchTexts, ...textTexts, ...fileTexts, ...printTexts, ...formTexts, ...connectTexts, ...profileTexts } as const
