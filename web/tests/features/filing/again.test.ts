import { beforeEach, expect, it, vi } from 'vitest'
import { againAct } from '@/features/filing/again'
import * as api from '@/features/filing/api'
import { Problem } from '@/shared/api'

const label = { zh: '用这些内容重新起诉', en: 'File again with these answers' }
const act = (name: string) => ({ act: name, label, permitted: true, href: `/filings/1/${name}` })

beforeEach(() => void vi.restoreAllMocks())

it('finds the act among those of the filing', async () => {
  vi.spyOn(api, 'filing').mockResolvedValue({ permitted_acts: [act('withdraw'), act('file-again')] } as api.FilingView)
  expect((await againAct('1'))?.act).toBe('file-again')
})

it('offers nothing for a filing that is not theirs, and hides no other failure', async () => {
  const refused = (status: number) => new Problem('refused', status, 'x', { zh: '', en: '' })
  const read = vi.spyOn(api, 'filing').mockRejectedValue(refused(404))
  expect(await againAct('1')).toBeNull()
  read.mockRejectedValue(refused(429))
  await expect(againAct('1')).rejects.toMatchObject({ status: 429 })
})
