/** The public ledger, access to it, and the console, as the court shows them. */
import { answer, client, keyed, type Answer, type Body } from '@/shared/api'

export type Overview = Answer<'/api/v1/ledger', 'get'>
export type ChainLine = Overview['chains'][number]
export type Member = Overview['members'][number]
export type ChainView = Answer<'/api/v1/ledger/chains/{chain}', 'get'>
export type Checkpoint = ChainView['checkpoints'][number]
export type BlockLine = Answer<'/api/v1/ledger/chains/{chain}/blocks', 'get'>[number]
export type Block = Answer<'/api/v1/ledger/chains/{chain}/blocks/{height}', 'get'>
export type Consistency = Answer<'/api/v1/ledger/chains/{chain}/consistency', 'get'>
export type EntryView = Answer<'/api/v1/ledger/entries/{number}', 'get'>
export type Standard = Answer<'/api/v1/ledger/standard', 'get'>
export type ApplicationCard = Answer<'/api/v1/ledger/applications', 'get'>[number]
export type ApplicationView = Answer<'/api/v1/ledger/applications/{application_id}', 'get'>
export type ApplicationInput = Body<'/api/v1/ledger/applications', 'post'>
export type OfficeView = Answer<'/api/v1/ledger/office/{application_id}', 'get'>
export type SheetLine = Body<'/api/v1/ledger/applications/{application_id}/assess', 'post'>['sheet'][number]
export type Console = Answer<'/api/v1/ledger/console', 'get'>

export function readOverview(): Promise<Overview> {
  return answer(client.GET('/api/v1/ledger'))
}

const of = (chain: string) => ({ path: { chain } })

export function readChain(chain: string): Promise<ChainView> {
  return answer(client.GET('/api/v1/ledger/chains/{chain}', { params: of(chain) }))
}

export function listBlocks(chain: string, before: number | null, limit = 20): Promise<BlockLine[]> {
  return answer(
    client.GET('/api/v1/ledger/chains/{chain}/blocks', { params: { ...of(chain), query: { limit, ...(before !== null && { before }) } } }),
  )
}

export function readBlock(chain: string, height: number): Promise<Block> {
  return answer(client.GET('/api/v1/ledger/chains/{chain}/blocks/{height}', { params: { path: { chain, height } } }))
}

export function listCheckpoints(chain: string, before: number | null, limit = 20): Promise<Checkpoint[]> {
  return answer(
    client.GET('/api/v1/ledger/chains/{chain}/checkpoints', { params: { ...of(chain), query: { limit, ...(before !== null && { before }) } } }),
  )
}

export function readConsistency(chain: string, old: number, current: number): Promise<Consistency> {
  return answer(client.GET('/api/v1/ledger/chains/{chain}/consistency', { params: { ...of(chain), query: { old, new: current } } }))
}

export function readEntry(number: string): Promise<EntryView> {
  return answer(client.GET('/api/v1/ledger/entries/{number}', { params: { path: { number } } }))
}

export function readStandard(): Promise<Standard> {
  return answer(client.GET('/api/v1/ledger/standard'))
}

export function listApplications(): Promise<ApplicationCard[]> {
  return answer(client.GET('/api/v1/ledger/applications'))
}

const application = (id: string) => ({ params: { path: { application_id: id } } })

export function readApplication(id: string): Promise<ApplicationView> {
  return answer(client.GET('/api/v1/ledger/applications/{application_id}', application(id)))
}

export function apply(key: string, body: ApplicationInput): Promise<OfficeView> {
  return answer(client.POST('/api/v1/ledger/applications', { body, ...keyed(key) }))
}

export function myApplications(): Promise<OfficeView[]> {
  return answer(client.GET('/api/v1/ledger/my-applications'))
}

export function officeList(): Promise<OfficeView[]> {
  return answer(client.GET('/api/v1/ledger/office'))
}

export function officeView(id: string): Promise<OfficeView> {
  return answer(client.GET('/api/v1/ledger/office/{application_id}', application(id)))
}

export function assess(key: string, id: string, sheet: SheetLine[]): Promise<OfficeView> {
  return answer(client.POST('/api/v1/ledger/applications/{application_id}/assess', { ...application(id), body: { sheet }, ...keyed(key) }))
}

export const decisions = ['approve', 'refuse', 'suspend', 'resume', 'revoke', 'drop-decision'] as const
export type DecisionAct = (typeof decisions)[number]

export function decide(key: string, id: string, act: DecisionAct, reasons: string): Promise<OfficeView> {
  const sent = { ...application(id), body: { reasons }, ...keyed(key) }
  switch (act) {
    case 'approve':
      return answer(client.POST('/api/v1/ledger/applications/{application_id}/approve', sent))
    case 'refuse':
      return answer(client.POST('/api/v1/ledger/applications/{application_id}/refuse', sent))
    case 'suspend':
      return answer(client.POST('/api/v1/ledger/applications/{application_id}/suspend', sent))
    case 'resume':
      return answer(client.POST('/api/v1/ledger/applications/{application_id}/resume', sent))
    case 'revoke':
      return answer(client.POST('/api/v1/ledger/applications/{application_id}/revoke', sent))
    case 'drop-decision':
      return answer(client.POST('/api/v1/ledger/applications/{application_id}/drop-decision', sent))
  }
}

export function readConsole(): Promise<Console> {
  return answer(client.GET('/api/v1/ledger/console'))
}

export function organisations(): Promise<Answer<'/api/v1/organisations', 'get'>['items']> {
  return answer(client.GET('/api/v1/organisations')).then((page) => page.items)
}
