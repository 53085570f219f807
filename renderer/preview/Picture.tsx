import { MinusIcon, PlusIcon } from '@navikt/aksel-icons'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { useWords } from '../texts/words.ts'

const steps = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const
/** A small file can unfold to more than a machine holds; this is four bytes a point, 400 MB. */
const maxPoints = 100_000_000

interface PictureProps {
  readonly pieces: readonly Uint8Array<ArrayBuffer>[]
  /** By its content: never SVG (security.md 9). */
  readonly type: string
  readonly name: string
}

/** A picture by its own bytes; its address is taken back when it goes. */
export function Picture({ pieces, type, name }: PictureProps): ReactElement {
  const { t, number } = useWords()
  const image = useRef<HTMLImageElement>(null)
  const [state, setState] = useState<{ readonly width: number; readonly height: number } | 'damaged' | null>(null)
  /** null: as large as fits. */
  const [scale, setScale] = useState<number | null>(null)
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([...pieces], { type }))
    if (image.current !== null) image.current.src = made
    return () => { URL.revokeObjectURL(made) }
  }, [pieces, type])
  // How wide the picture is drawn where it is to fit.
  const [drawn, setDrawn] = useState(0)
  useEffect(() => {
    const { current } = image
    if (current === null) return undefined
    const observer = new ResizeObserver(() => { setDrawn(current.clientWidth) })
    observer.observe(current)
    return () => { observer.disconnect() }
  }, [])
  const size = typeof state === 'object' ? state : null
  if (state === 'damaged') return <p className="preview-note" role="alert">{t('picture.damaged')}</p>
  if (size !== null && size.width * size.height > maxPoints) return <p className="preview-note" role="alert">{t('picture.too-large', { width: number(size.width), height: number(size.height) })}</p>
  const shown = scale ?? (size === null || drawn === 0 ? 1 : Math.min(1, drawn / size.width))
  const step = (larger: boolean): void => { setScale((larger ? steps.find((one) => one > shown + 0.001) : steps.findLast((one) => one < shown - 0.001)) ?? shown) }
  return (
    <>
      <div className="preview-bar">
        <button type="button" className="icon-button" aria-label={t('pdf.smaller')} title={t('pdf.smaller')} disabled={size === null} onClick={() => { step(false) }}><MinusIcon aria-hidden /></button>
        <span className="preview-percent" role="status">{Math.round(shown * 100)} %</span>
        <button type="button" className="icon-button" aria-label={t('pdf.larger')} title={t('pdf.larger')} disabled={size === null} onClick={() => { step(true) }}><PlusIcon aria-hidden /></button>
        <button type="button" className="text-button" aria-pressed={scale === null} onClick={() => { setScale(null) }}>{t('picture.fit')}</button>
      </div>
      <div className="picture-place" tabIndex={0} role="region" aria-label={name}>
        <img
          ref={image} className="picture" alt={name} draggable={false} data-fit={scale === null} hidden={size === null} style={scale === null || size === null ? undefined : { width: `${String(Math.round(size.width * scale))}px` }}
          onLoad={(event) => { setState({ width: event.currentTarget.naturalWidth, height: event.currentTarget.naturalHeight }) }} onError={() => { setState('damaged') }}
        />
      </div>
    </>
  )
}
