import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

/**
 * How many of a row's children fit beside each other. `button` is the room, in pixels, of what leads to the rest.
 * `changed` is read to know when to measure again: the children and their language.
 */
export function useFitting(row: Readonly<Ref<HTMLElement | null>>, changed: () => unknown, button: number): Ref<number> {
  const fits = ref(Infinity)
  let last = -1

  async function measure(): Promise<void> {
    fits.value = Infinity
    await nextTick()
    if (!row.value) return
    const from = row.value.getBoundingClientRect()
    const ends = [...row.value.children].map((child) => child.getBoundingClientRect().right - from.left)
    const all = (ends.at(-1) ?? 0) <= from.width + 1
    fits.value = all ? ends.length : ends.filter((end) => end <= from.width - button).length
  }

  const observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0)
    if (width === last) return
    last = width
    void measure()
  })
  onMounted(() => row.value && observer.observe(row.value))
  onBeforeUnmount(() => observer.disconnect())
  watch(changed, measure, { flush: 'post' })
  return fits
}
