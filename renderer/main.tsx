import './engine/no-eval.ts'
import '@digdir/designsystemet-css/theme'
import '@digdir/designsystemet-css'
import '@fontsource-variable/inter/index.css'
import './design/base.css'
import './design/shell.css'
import './design/list.css'
import './design/search.css'
import './design/message.css'
import './design/files.css'
import './design/forms.css'
import './design/pages.css'
import './design/connect.css'
import './design/coverage.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { EngineClient } from './engine/client.ts'
import { connectMessagePort, isHandedPort } from './engine/messageport.ts'
import { connectWebSocket } from './engine/websocket.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('The page has no place for the window')
/** Which shell this is, told by where the page comes from. */
const transport = isHandedPort() ? await connectMessagePort() : await connectWebSocket()
createRoot(root).render(<App engine={transport === null ? null : new EngineClient(transport)} />)
