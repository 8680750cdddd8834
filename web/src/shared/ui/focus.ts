import { type Ref, onBeforeUnmount, onMounted } from 'vue'

/** Calls when a press or the focus lands outside of an element. */
export function onClickOutside(element: Readonly<Ref<HTMLElement | null>>, left: () => void): void {
  function notice(event: Event): void {
    if (element.value && event.target instanceof Node && !element.value.contains(event.target)) left()
  }
  onMounted(() => {
    document.addEventListener('pointerdown', notice)
    document.addEventListener('focusin', notice)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('pointerdown', notice)
    document.removeEventListener('focusin', notice)
  })
}

/** Moves the focus to the field that an error names; fields carry `data-field` with the server's path. */
export function focusField(path: string): boolean {
  const element = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(path)}"]`)
  const target = element?.matches('input, select, textarea, button')
    ? element
    : element?.querySelector<HTMLElement>('input, select, textarea, button')
  if (!target) return false
  target.scrollIntoView({ block: 'center' })
  target.focus()
  return true
}
