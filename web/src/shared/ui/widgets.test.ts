import { mount } from '@vue/test-utils'
import { nextTick } from 'vue'
import { expect, it } from 'vitest'
import { Problem } from '@/shared/api'
import { courtDay } from '@/shared/format/day'
import { language } from '@/shared/preferences'
import DeadlineText from './DeadlineText.vue'
import MoneyField from './MoneyField.vue'
import PermittedActs from './PermittedActs.vue'
import ProblemNotice from './ProblemNotice.vue'
import { refusalIn } from './uploads'

it('a deadline tells weekday, date and distance, and follows the language', async () => {
  const shown = mount(DeadlineText, { props: { day: courtDay() } })
  expect(shown.text()).toContain('就是今天')
  language.value = 'en'
  await nextTick()
  expect(shown.text()).toContain('today')
})

it('money typed by a person becomes a decimal text, and nonsense none', async () => {
  const field = mount(MoneyField, { props: { label: '金额', modelValue: '' } })
  const input = field.get('input')
  await input.setValue('1,234.5')
  expect(field.emitted('update:modelValue')?.at(-1)).toEqual(['1234.50'])
  await input.setValue('一千')
  await input.trigger('blur')
  expect(field.emitted('update:modelValue')?.at(-1)).toEqual([''])
  expect(field.text()).toContain('请填写金额')
})

it('acts not possible yet are shown with why, and cannot be pressed', () => {
  const acts = mount(PermittedActs, {
    props: {
      acts: [
        { act: 'pay', label: { zh: '交费', en: 'Pay' }, permitted: true },
        { act: 'appeal', label: { zh: '上诉', en: 'Appeal' }, permitted: false, reason: { zh: '尚未宣判', en: 'No judgment yet' } },
      ],
    },
  })
  expect(acts.findAll('button').map((button) => button.text())).toEqual(['交费'])
  expect(acts.text()).toContain('尚未宣判')
})

it('a problem names its fields and offers to try again only while its outcome is open', () => {
  const title = { zh: '填写内容有误', en: 'Some answers need attention' }
  const fields = [{ field: 'amount', code: 'required', message: { zh: '请填写金额', en: 'Enter an amount' } }]
  const refused = mount(ProblemNotice, {
    props: { problem: new Problem('refused', 422, 'invalid-input', title, null, null, [], fields), retry: () => undefined },
  })
  expect(refused.text()).toContain('请填写金额')
  expect(refused.find('button').exists()).toBe(false)
  const open = mount(ProblemNotice, { props: { problem: new Problem('offline', 0, 'offline', title), retry: () => undefined } })
  expect(open.find('button').exists()).toBe(true)
})

it('a refused upload tells the server’s own words', () => {
  const body = JSON.stringify({ messages: { title: { zh: '文件过大', en: 'Too large' }, detail: { zh: '最大 2048 MB。', en: 'At most 2048 MB.' } } })
  expect(refusalIn(body)).toEqual({ zh: '文件过大。最大 2048 MB。', en: 'Too large. At most 2048 MB.' })
  expect(refusalIn('<html>')).toBeNull()
})
