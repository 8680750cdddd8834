import type { Messages } from '@/shared/i18n'
import type zh from './zh'

const en: Messages<typeof zh> = {
  title: 'Messages',
  all: 'Mark all as read',
  marked: 'Messages marked as read: {count}',
  fresh: 'unread',
  go: 'Go there',
  mark: 'Mark as read',
  none: 'No messages yet',
  noneHint: 'When your case moves or a day comes near, the court tells you here, and by text or e-mail as you chose.',
}

export default en
