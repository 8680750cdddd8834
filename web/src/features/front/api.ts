import { answer, client, type Answer, type Body } from '@/shared/api'

export type HelpQuestion = Body<'/api/v1/filing/can-we-help', 'post'>
export type HelpAnswer = Answer<'/api/v1/filing/can-we-help', 'post'>

/** Whether this court can help, at what cost and by when; asked without signing in, and nothing is kept. */
export function canWeHelp(body: HelpQuestion): Promise<HelpAnswer> {
  return answer(client.POST('/api/v1/filing/can-we-help', { body }))
}
