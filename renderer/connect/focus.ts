import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from 'react'

interface KeptFocus {
  readonly list: RefObject<HTMLOListElement | null>
  readonly onFocus: () => void
  readonly onBlur: (event: FocusEvent) => void
}

/**
 * What had the focus may go when a step is done or turns into another: the heading of the open step takes it over, so that
 * nobody with a keyboard begins at the top of the page again. What a person left by themselves takes nothing.
 * @param state changes whenever what is shown does
 */
export function useKeptFocus(state: string): KeptFocus {
  const list = useRef<HTMLOListElement>(null)
  const isInside = useRef(false)
  useLayoutEffect(() => {
    if (isInside.current && (document.activeElement === null || document.activeElement === document.body)) list.current?.querySelector<HTMLElement>('[aria-expanded=true]')?.focus({ preventScroll: true })
  }, [state])
  return {
    list,
    onFocus: () => { isInside.current = true },
    // Not told of what is taken away: then the focus was still inside.
    onBlur: ({ relatedTarget }) => { isInside.current = relatedTarget instanceof Node && list.current?.contains(relatedTarget) === true },
  }
}
