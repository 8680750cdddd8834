/** Filing at the server: the intake of a filer and the review by the court. Types come from the API's own document. */
import { answer, client, type Answer, type Body } from '@/shared/api'

export type Catalogue = Answer<'/api/v1/filing/case-types', 'get'>
export type CaseType = Catalogue['case_types'][number]
export type Question = CaseType['questions'][number]
export type LinkQuestion = CaseType['links'][number]
export type ClaimChoice = CaseType['claims'][number]

export type FilingView = Answer<'/api/v1/filings/{filing_id}', 'get'>
export type FilingRow = Answer<'/api/v1/filings', 'get'>['items'][number]
export type Answers = FilingView['answers']
export type Party = NonNullable<Answers['plaintiffs']>[number]
export type Claim = NonNullable<Answers['claims']>[number]
export type EventAnswer = NonNullable<Answers['events']>[number]
export type Exhibit = NonNullable<Answers['evidence']>[number]
export type Wishes = NonNullable<Answers['wishes']>
export type Agent = NonNullable<Answers['agents']>[number]
export type NoticeView = FilingView['notices'][number]

export type Saved = Answer<'/api/v1/filings/{filing_id}/answers', 'patch'>
export type Finding = Saved['findings'][number]
export type CheckView = Answer<'/api/v1/filings/{filing_id}/check', 'get'>
export type ClaimsView = Answer<'/api/v1/filings/{filing_id}/claims', 'get'>
export type ComputedClaim = ClaimsView['claims'][number]
export type ComplaintView = Answer<'/api/v1/filings/{filing_id}/complaint', 'get'>
export type Sentence = ComplaintView['sentences'][number]
export type Material = CheckView['materials'][number]
export type LikeFiling = CheckView['duplicates'][number]
export type ShopEntry = Answer<'/api/v1/filing/shops', 'get'>[number]
export type Upload = Answer<'/api/v1/uploads/{upload_id}/state', 'get'>
export type UploadRules = Answer<'/api/v1/uploads/rules', 'get'>
export type Organisation = Answer<'/api/v1/organisations', 'get'>['items'][number]
export type Mandate = Answer<'/api/v1/mandates', 'get'>['held'][number]
export type Paper = Answer<'/api/v1/filings/{filing_id}/documents', 'get'>[number]

export type ReviewRow = Answer<'/api/v1/reviews', 'get'>['items'][number]
export type ReviewView = Answer<'/api/v1/reviews/{filing_id}', 'get'>
export type ReviewCounts = Answer<'/api/v1/reviews/counts', 'get'>
export type Checked = Body<'/api/v1/reviews/{filing_id}/check-item', 'post'>
export type ChecklistItem = ReviewView['checklist'][number]
export type ReasonChoice = ReviewView['reasons'][number]
export type SimilarView = Answer<'/api/v1/reviews/{filing_id}/similar', 'get'>
export type TogetherResult = Answer<'/api/v1/reviews/accept-together', 'post'>[number]

const of = (filing_id: string) => ({ params: { path: { filing_id } } })
const keyed = (filing_id: string, key: string) => ({ params: { path: { filing_id } }, headers: { 'Idempotency-Key': key } })

let catalogueRead: Promise<Catalogue> | null = null
/** The questions of every type of dispute; they change with the law, not during a visit. */
export function catalogue(): Promise<Catalogue> {
  catalogueRead ??= answer(client.GET('/api/v1/filing/case-types')).catch((failure: unknown) => {
    catalogueRead = null
    throw failure
  })
  return catalogueRead
}

export const begin = (key: string, body: Body<'/api/v1/filings', 'post'>): Promise<FilingView> =>
  answer(client.POST('/api/v1/filings', { body, headers: { 'Idempotency-Key': key } }))
export const myFilings = (cursor?: string) =>
  answer(client.GET('/api/v1/filings', { params: { query: { limit: 50, cursor } } }))
export const filing = (id: string): Promise<FilingView> => answer(client.GET('/api/v1/filings/{filing_id}', of(id)))
export const deviceKey = async (): Promise<string> => (await answer(client.GET('/api/v1/filings/device-key'))).key
export const saveAnswers = (id: string, key: string, body: Body<'/api/v1/filings/{filing_id}/answers', 'patch'>): Promise<Saved> =>
  answer(client.PATCH('/api/v1/filings/{filing_id}/answers', { ...keyed(id, key), body }))
export const check = (id: string): Promise<CheckView> => answer(client.GET('/api/v1/filings/{filing_id}/check', of(id)))
export const claims = (id: string): Promise<ClaimsView> => answer(client.GET('/api/v1/filings/{filing_id}/claims', of(id)))
export const complaint = (id: string): Promise<ComplaintView> => answer(client.GET('/api/v1/filings/{filing_id}/complaint', of(id)))
export const editSentence = (id: string, key: string, body: Body<'/api/v1/filings/{filing_id}/complaint/edit', 'post'>): Promise<ComplaintView> =>
  answer(client.POST('/api/v1/filings/{filing_id}/complaint/edit', { ...keyed(id, key), body }))
export const sign = (id: string, key: string, body: Body<'/api/v1/filings/{filing_id}/sign', 'post'>): Promise<FilingView> =>
  answer(client.POST('/api/v1/filings/{filing_id}/sign', { ...keyed(id, key), body }))
export const submit = (id: string, key: string): Promise<FilingView> =>
  answer(client.POST('/api/v1/filings/{filing_id}/submit', keyed(id, key)))
export const correct = (id: string, key: string): Promise<FilingView> =>
  answer(client.POST('/api/v1/filings/{filing_id}/correct', keyed(id, key)))
export const withdraw = (id: string, key: string): Promise<FilingView> =>
  answer(client.POST('/api/v1/filings/{filing_id}/withdraw', { ...keyed(id, key), body: { confirm: true } }))
export const discard = (id: string, key: string): Promise<FilingView> =>
  answer(client.POST('/api/v1/filings/{filing_id}/discard', { ...keyed(id, key), body: { confirm: true } }))
export const restore = (id: string, key: string): Promise<FilingView> =>
  answer(client.POST('/api/v1/filings/{filing_id}/restore', keyed(id, key)))
export const papers = (id: string): Promise<Paper[]> => answer(client.GET('/api/v1/filings/{filing_id}/documents', of(id)))

export const platforms = () => answer(client.GET('/api/v1/filing/platforms'))
export const shops = (name: string, platform: string): Promise<ShopEntry[]> =>
  answer(client.GET('/api/v1/filing/shops', { params: { query: { name, platform } } }))
export const organisations = async (): Promise<Organisation[]> => (await answer(client.GET('/api/v1/organisations'))).items
export const mandatesHeld = async (): Promise<Mandate[]> => (await answer(client.GET('/api/v1/mandates'))).held

export const uploadState = (upload_id: string): Promise<Upload> =>
  answer(client.GET('/api/v1/uploads/{upload_id}/state', { params: { path: { upload_id } } }))
export const uploadRules = (): Promise<UploadRules> => answer(client.GET('/api/v1/uploads/rules'))
export const unlockUpload = (upload_id: string, password: string): Promise<Upload> =>
  answer(client.POST('/api/v1/uploads/{upload_id}/password', { params: { path: { upload_id } }, body: { password } }))

export const complaintPdf = (id: string): string => `/api/v1/filings/${id}/complaint.pdf`
export const myMaterial = (id: string, upload: string, part: string): string => `/api/v1/filings/${id}/materials/${upload}/${part}`
export const reviewMaterial = (id: string, upload: string, part: string): string => `/api/v1/reviews/${id}/materials/${upload}/${part}`

type QueueQuery = NonNullable<Parameters<typeof reviews>[0]>
export const reviews = (query: {
  state?: FilingView['state'][]; mine?: boolean; unclaimed?: boolean; late?: boolean; due_within?: number; case_type?: string
  number?: string; party?: string; cursor?: string; limit?: number
}) => answer(client.GET('/api/v1/reviews', { params: { query } }))
export type { QueueQuery }
export const reviewCounts = (): Promise<ReviewCounts> => answer(client.GET('/api/v1/reviews/counts'))
export const review = (id: string): Promise<ReviewView> => answer(client.GET('/api/v1/reviews/{filing_id}', of(id)))
export const reviewSentences = (id: string): Promise<Sentence[]> => answer(client.GET('/api/v1/reviews/{filing_id}/complaint', of(id)))
export const reviewMaterials = (id: string): Promise<Material[]> => answer(client.GET('/api/v1/reviews/{filing_id}/materials', of(id)))
export const reviewComplaintPdf = (id: string): string => `/api/v1/reviews/${id}/complaint.pdf`
export const extendCorrection = (id: string, key: string, body: Body<'/api/v1/reviews/{filing_id}/extend-correction', 'post'>): Promise<ReviewView> =>
  answer(client.POST('/api/v1/reviews/{filing_id}/extend-correction', { ...keyed(id, key), body }))
export const similar = (id: string): Promise<SimilarView> => answer(client.GET('/api/v1/reviews/{filing_id}/similar', of(id)))
export const claimReview = (id: string, key: string): Promise<ReviewView> =>
  answer(client.POST('/api/v1/reviews/{filing_id}/claim', keyed(id, key)))
export const releaseReview = (id: string, key: string): Promise<ReviewView> =>
  answer(client.POST('/api/v1/reviews/{filing_id}/release', keyed(id, key)))
export const checkItem = (id: string, key: string, body: Checked): Promise<ReviewView> =>
  answer(client.POST('/api/v1/reviews/{filing_id}/check-item', { ...keyed(id, key), body }))
export const accept = (id: string, key: string, body: Body<'/api/v1/reviews/{filing_id}/accept', 'post'>): Promise<ReviewView> =>
  answer(client.POST('/api/v1/reviews/{filing_id}/accept', { ...keyed(id, key), body }))
export const requestCorrection = (id: string, key: string, body: Body<'/api/v1/reviews/{filing_id}/request-correction', 'post'>): Promise<ReviewView> =>
  answer(client.POST('/api/v1/reviews/{filing_id}/request-correction', { ...keyed(id, key), body }))
export const returnFiling = (id: string, key: string, body: Body<'/api/v1/reviews/{filing_id}/return', 'post'>): Promise<ReviewView> =>
  answer(client.POST('/api/v1/reviews/{filing_id}/return', { ...keyed(id, key), body }))
export const refuse = (id: string, key: string, body: Body<'/api/v1/reviews/{filing_id}/refuse', 'post'>): Promise<ReviewView> =>
  answer(client.POST('/api/v1/reviews/{filing_id}/refuse', { ...keyed(id, key), body }))
export const acceptTogether = (key: string, body: Body<'/api/v1/reviews/accept-together', 'post'>): Promise<TogetherResult[]> =>
  answer(client.POST('/api/v1/reviews/accept-together', { headers: { 'Idempotency-Key': key }, body }))
