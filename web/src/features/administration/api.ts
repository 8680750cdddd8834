/** What the system administrator sees and may change: background work, the court calendar, messages that failed. */
import { answer, client, type Answer } from '@/shared/api'

export type Job = Answer<'/api/v1/administration/jobs', 'get'>['items'][number]
export type Queue = Answer<'/api/v1/administration/queue', 'get'>
export type Year = Answer<'/api/v1/administration/calendar/{year}', 'get'>
export type Calendar = Answer<'/api/v1/administration/calendar', 'get'>
export type FailedMessage = Answer<'/api/v1/administration/failed-messages', 'get'>['items'][number]

const keyed = (key: string) => ({ 'Idempotency-Key': key })

export function failedJobs(cursor?: string): Promise<Answer<'/api/v1/administration/jobs', 'get'>> {
  return answer(client.GET('/api/v1/administration/jobs', { params: { query: { ...(cursor && { cursor }) } } }))
}

export function queue(): Promise<Queue> {
  return answer(client.GET('/api/v1/administration/queue'))
}

export function retryJob(key: string, id: number): Promise<Queue> {
  return answer(
    client.POST('/api/v1/administration/jobs/{job_id}/retry', { params: { path: { job_id: id }, header: keyed(key) } }),
  )
}

export function failedMessages(cursor?: string): Promise<Answer<'/api/v1/administration/failed-messages', 'get'>> {
  return answer(client.GET('/api/v1/administration/failed-messages', { params: { query: { ...(cursor && { cursor }) } } }))
}

export function sendAgain(key: string, id: string): Promise<unknown> {
  return answer(
    client.POST('/api/v1/administration/failed-messages/{message_id}/try-again', {
      params: { path: { message_id: id }, header: keyed(key) },
    }),
  )
}

export function calendar(): Promise<Calendar> {
  return answer(client.GET('/api/v1/administration/calendar'))
}

export function calendarYear(year: number): Promise<Year> {
  return answer(client.GET('/api/v1/administration/calendar/{year}', { params: { path: { year } } }))
}

export function changeDay(key: string, day: string, working: boolean, reason: string): Promise<Calendar> {
  return answer(
    client.POST('/api/v1/administration/calendar/{day}/change', {
      params: { path: { day }, header: keyed(key) },
      body: { working, reason },
    }),
  )
}

export function takeBackDay(key: string, day: string, reason: string): Promise<Calendar> {
  return answer(
    client.POST('/api/v1/administration/calendar/{day}/take-back', {
      params: { path: { day }, header: keyed(key) },
      body: { reason },
    }),
  )
}
