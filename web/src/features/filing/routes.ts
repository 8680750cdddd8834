import type { RouteRecordRaw } from 'vue-router'

const reviewers = ['clerk', 'filing_judge', 'division_head', 'president'] as const

const routes: RouteRecordRaw[] = [
  { path: '/file', component: () => import('./views/Start.vue'), meta: { title: 'filing.start.title', roles: [], uses: ['law'] } },
  { path: '/file/:id/check', component: () => import('./views/Check.vue'), meta: { title: 'filing.check.title', roles: [], uses: ['law'] } },
  { path: '/file/:id/complaint', component: () => import('./views/Complaint.vue'), meta: { title: 'filing.complaint.title', roles: [], uses: ['law'] } },
  { path: '/file/:id/sign', component: () => import('./views/Sign.vue'), meta: { title: 'filing.sign.title', roles: [], uses: ['law'] } },
  { path: '/file/:id/:question?', component: () => import('./views/Question.vue'), meta: { title: 'filing.question.title', roles: [], uses: ['law', 'evidence'] } },
  { path: '/filings/:id', component: () => import('./views/Receipt.vue'), meta: { title: 'filing.receipt.title', roles: [], uses: ['law', 'evidence'] } },
  { path: '/workbench/filings', component: () => import('./views/ReviewQueue.vue'), meta: { title: 'filing.queue.title', roles: reviewers, frame: 'work' } },
  { path: '/review/:id', component: () => import('./views/Review.vue'), meta: { title: 'filing.review.title', roles: reviewers, frame: 'work', uses: ['law', 'evidence'] } },
]

export default routes
