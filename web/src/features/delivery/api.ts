/** What the court told me, in the app. */
import { answer, client, type Answer } from '@/shared/api'

export type Messages = Answer<'/api/v1/messages', 'get'>
export type Message = Messages['items'][number]

export function myMessages(cursor?: string, limit = 20): Promise<Messages> {
  return answer(client.GET('/api/v1/messages', { params: { query: { limit, ...(cursor && { cursor }) } } }))
}

export function markRead(key: string, id: string): Promise<Message> {
  return answer(
    client.POST('/api/v1/messages/{message_id}/read', { params: { path: { message_id: id }, header: { 'Idempotency-Key': key } } }),
  )
}

export function markAllRead(key: string): Promise<Answer<'/api/v1/messages/read-all', 'post'>> {
  return answer(client.POST('/api/v1/messages/read-all', { params: { header: { 'Idempotency-Key': key } } }))
}
