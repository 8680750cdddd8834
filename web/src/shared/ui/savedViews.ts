/** A person's own views of a queue: names for a set of filters, kept on this device. */
import { type Ref, ref } from 'vue'

interface OwnView {
  key: string
  label: string
  query: Record<string, string>
}

export function savedViews(bench: string): { views: Ref<OwnView[]>; keep: (label: string, query: Record<string, string>) => void; drop: (key: string) => void } {
  const place = `tianping.views.${bench}`
  const views = ref<OwnView[]>(read(place))

  function write(): void {
    try {
      localStorage.setItem(place, JSON.stringify(views.value))
    } catch {
      return // Without storage the view lasts as long as the page.
    }
  }

  return {
    views,
    keep(label, query) {
      views.value = [...views.value.filter((view) => view.label !== label), { key: `own-${label}`, label, query }]
      write()
    },
    drop(key) {
      views.value = views.value.filter((view) => view.key !== key)
      write()
    },
  }
}

function read(place: string): OwnView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return Array.isArray(kept) ? kept.filter((view): view is OwnView => typeof view?.label === 'string' && typeof view?.query === 'object') : []
  } catch {
    return []
  }
}
