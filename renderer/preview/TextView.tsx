import { Checkbox } from '@digdir/designsystemet-react'
import { type ReactElement, useMemo, useState } from 'react'
import { useWords } from '../texts/words.ts'
import { calm, cutText } from './decode.ts'
import { isJson, prettyJson } from './json.ts'

/** Characters that are drawn; the whole of it can be saved. */
const shownCharacters = 200_000

interface TextViewProps {
  readonly text: string
  /** There is more in the file than in the text. */
  readonly cut: boolean
  readonly json: boolean
  readonly name: string
}

/** Text as text, and JSON with a line for each value. */
export function TextView({ text, cut, json, name }: TextViewProps): ReactElement {
  const { t, size } = useWords()
  const [wrap, setWrap] = useState(true)
  const drawn = useMemo(() => {
    const isRight = json && (cut || isJson(text.replace(/^\ufeff/, '')))
    const shownText = isRight ? prettyJson(text.replace(/^\ufeff/, ''), shownCharacters) : cutText(text, shownCharacters)
    return { text: calm(shownText.text), cut: cut || shownText.cut, isRight }
  }, [cut, json, text])
  return (
    <>
      <div className="preview-bar">
        <Checkbox data-size="sm" label={t('preview.wrap')} checked={wrap} onChange={(event) => { setWrap(event.target.checked) }} />
        {json && !drawn.isRight && <span role="status">{t('preview.not-json')}</span>}
      </div>
      {drawn.cut && <p className="preview-note" role="status">{t('preview.first', { size: size(drawn.text.length) })}</p>}
      <pre className="file-text" data-wrap={wrap} tabIndex={0} role="region" aria-label={`${t('preview.text')}: ${name}`}>{drawn.text}</pre>
    </>
  )
}
