export default {
  title: '消息',
  all: '全部标为已读',
  marked: '已将 {count} 条消息标为已读',
  fresh: '未读',
  go: '去看看',
  mark: '标为已读',
  none: '还没有消息',
  noneHint: '案件有进展、有期限要到时，法院会在这里告诉您，同时按您的设置发短信或者邮件。',
}
