/** Fee orders, payments, relief and the court's books, as the server shows them. */
import { answer, client, type Answer, type Body } from '@/shared/api'

export type Order = Answer<'/api/v1/orders/{order_id}', 'get'>
export type Relief = Order['reliefs'][number]
export type Ground = Answer<'/api/v1/relief-grounds', 'get'>[number]
export type ReliefKind = Ground['kind']
export type ReliefAsked = Body<'/api/v1/orders/{order_id}/ask-relief', 'post'>
export type ReliefDecision = Body<'/api/v1/reliefs/{relief_id}/decide', 'post'>
export type OpenRelief = Answer<'/api/v1/reliefs', 'get'>['items'][number]
export type TillPayment = Answer<'/api/v1/stand-in/{reference}', 'get'>
export type Statement = Answer<'/api/v1/ledger/statements', 'get'>[number]

export const reliefKinds = ['deferral', 'reduction', 'waiver'] as const satisfies readonly ReliefKind[]

const keyed = (key: string) => ({ 'Idempotency-Key': key })

export function readOrder(id: string): Promise<Order> {
  return answer(client.GET('/api/v1/orders/{order_id}', { params: { path: { order_id: id } } }))
}

export function ordersOfCase(caseId: string): Promise<Order[]> {
  return answer(client.GET('/api/v1/cases/{case_id}/orders', { params: { path: { case_id: caseId } } }))
}

export function myOrders(cursor?: string): Promise<Answer<'/api/v1/orders', 'get'>> {
  return answer(client.GET('/api/v1/orders', { params: { query: { limit: 50, ...(cursor && { cursor }) } } }))
}

/** Opens a payment at the gateway; the payer goes on to `pay_at`. */
export function pay(key: string, id: string): Promise<Answer<'/api/v1/orders/{order_id}/pay', 'post'>> {
  return answer(client.POST('/api/v1/orders/{order_id}/pay', { params: { path: { order_id: id }, header: keyed(key) } }))
}

export function reliefGrounds(): Promise<Ground[]> {
  return answer(client.GET('/api/v1/relief-grounds'))
}

export function askRelief(key: string, id: string, body: ReliefAsked): Promise<Order> {
  return answer(
    client.POST('/api/v1/orders/{order_id}/ask-relief', { params: { path: { order_id: id }, header: keyed(key) }, body }),
  )
}

export function openReliefs(cursor?: string): Promise<Answer<'/api/v1/reliefs', 'get'>> {
  return answer(client.GET('/api/v1/reliefs', { params: { query: { limit: 50, ...(cursor && { cursor }) } } }))
}

export function decideRelief(key: string, id: string, body: ReliefDecision): Promise<Order> {
  return answer(
    client.POST('/api/v1/reliefs/{relief_id}/decide', { params: { path: { relief_id: id }, header: keyed(key) }, body }),
  )
}

export function tillPayment(reference: string): Promise<TillPayment> {
  return answer(client.GET('/api/v1/stand-in/{reference}', { params: { path: { reference } } }))
}

export function finishAtTill(reference: string, paying: boolean): Promise<Answer<'/api/v1/stand-in/{reference}/finish', 'post'>> {
  return answer(client.POST('/api/v1/stand-in/{reference}/finish', { params: { path: { reference } }, body: { pay: paying } }))
}

export function balances(): Promise<Answer<'/api/v1/ledger/balances', 'get'>> {
  return answer(client.GET('/api/v1/ledger/balances'))
}

export function statements(): Promise<Statement[]> {
  return answer(client.GET('/api/v1/ledger/statements'))
}

export function reconcile(key: string, day: string): Promise<Statement> {
  return answer(
    client.POST('/api/v1/ledger/statements/{day}/reconcile', { params: { path: { day }, header: keyed(key) } }),
  )
}
