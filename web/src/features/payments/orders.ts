import type { Order } from './api'

/** Whether money is still owed on the order and may be paid. */
export function isOpen(order: Pick<Order, 'state'>): boolean {
  return order.state === 'due' || order.state === 'deferred'
}

/** The class of the tag that names a state. */
export function stateTone(state: Order['state']): string {
  if (state === 'paid' || state === 'waived' || state === 'refunded') return 'done'
  if (state === 'overdue') return 'overdue'
  return state === 'cancelled' ? '' : 'soon'
}

/** A citation that the court's statute book can open (`FM 22.1`); others stay words. */
export function isCite(article: string): boolean {
  return /^[A-Z][A-Z0-9]+ \d/.test(article)
}

/** Steps of a working as `StepList` shows them. */
export function stepsOf(order: Pick<Order, 'steps'>): { zh: string; en: string; amount: string | null }[] {
  return order.steps.map((step) => ({ ...step.text, amount: step.amount }))
}
