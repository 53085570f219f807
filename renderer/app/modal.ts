import { type RefObject, useEffect, useRef } from 'react'

/**
 * A dialog that shows itself. What is marked `data-first` takes the focus: by itself a dialog gives it to whatever comes
 * first, the choice that cannot be taken back included.
 */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus()
  }, [])
  return dialog
}
