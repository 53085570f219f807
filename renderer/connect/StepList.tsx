import { type ReactElement, type ReactNode, useLayoutEffect, useRef } from 'react'

interface StepListProps {
  /** Changes whenever what is shown does. */
  readonly state: string
  readonly children: ReactNode
}

/**
 * The list of steps. What had the focus may go when a step is done or turns into another: the heading of the open step takes
 * it over, so that nobody with a keyboard begins at the top of the page again. What a person left by themselves takes nothing.
 */
export function StepList({ state, children }: StepListProps): ReactElement {
  const list = useRef<HTMLOListElement>(null)
  const isInside = useRef(false)
  useLayoutEffect(() => {
    if (isInside.current && (document.activeElement === null || document.activeElement === document.body)) list.current?.querySelector<HTMLElement>('[aria-expanded=true]')?.focus({ preventScroll: true })
  }, [state])
  return (
    <ol
      className="steps" ref={list}
      onFocus={() => { isInside.current = true }}
      // Not told of what is taken away: then the focus was still inside.
      onBlur={({ relatedTarget }) => { isInside.current = relatedTarget instanceof Node && list.current?.contains(relatedTarget) === true }}
    >{children}</ol>
  )
}
