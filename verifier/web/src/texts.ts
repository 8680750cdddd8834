/** The words of the page itself; those of checks and reasons are the command's (words.json). */
export type Language = 'zh' | 'en'

export const TEXTS = {
  skip: { zh: '跳到内容', en: 'Skip to the content' },
  name: { zh: '天平链', en: 'Tianping Chain' },
  language: { zh: 'English', en: '中文' },
  title: { zh: '核验存证证书', en: 'Check a certificate of storage' },
  lead: {
    zh: '本页是一个独立的文件，不联网：您选择的文件不会离开这台设备。断开网络后同样可以使用。',
    en: 'This page is one file and uses no network: what you choose never leaves this device. It works with the network off.',
  },
  proof: { zh: '1. 存证证书或证明包', en: '1. Certificate or proof bundle' },
  proofHint: { zh: 'PDF 或 JSON，拖到这里或者选择文件', en: 'PDF or JSON; drop it here or choose it' },
  file: { zh: '2. 要核对的原文件', en: '2. The original file' },
  fileHint: { zh: '当初存证的那份文件，一个字节都不能变', en: 'The file that was deposited, without a byte changed' },
  choose: { zh: '选择文件', en: 'Choose a file' },
  genesis: { zh: '3. 您信任的创世摘要', en: '3. The digest of the genesis that you trust' },
  genesisHint: {
    zh: '64 位十六进制，一行一个。请从法院公告等另外的途径取得，不要从待核验的文件里抄。',
    en: '64 hexadecimal digits, one a line. Take it from another way, such as the court’s notice, and not from the file that you check.',
  },
  genesisWrong: { zh: '每行应是 64 位十六进制数', en: 'Each line has 64 hexadecimal digits' },
  saltTitle: { zh: '证书里没有开封值？', en: 'No salt in the certificate?' },
  salt: { zh: '开封值（十六进制）', en: 'Salt (hexadecimal)' },
  saltWrong: { zh: '开封值应是十六进制数', en: 'A salt has hexadecimal digits only' },
  about: { zh: '存证内容', en: 'What was stored' },
  checks: { zh: '逐项核验', en: 'Every check' },
  print: { zh: '打印核验结果', en: 'Print the result' },
  limits: { zh: '这项核验不能说明什么', en: 'What this does not show' },
  limit1: {
    zh: '存入之前是否真实、完整，是另一个问题（《人民法院在线诉讼规则》第十八条）。',
    en: 'Whether it was true and complete before it was stored is a separate question (Online Litigation Rules, article 18).',
  },
  limit2: {
    zh: '存证方与案件有无利害关系、技术是否可靠，由法院另行审查（第十七条）。',
    en: 'Whether the depositor has an interest in the case, and how far its systems can be relied on, is for the court (article 17).',
  },
  limit3: {
    zh: '“存入时间”表示不晚于该时间存入。证书是否在此后被吊销，本页不联网，不作判断。',
    en: '“Stored at” means not later than that time. Whether a certificate was revoked since, this page cannot know without a network.',
  },
  neither: {
    zh: '这个文件既不是存证证书（PDF），也不是证明包（JSON）。',
    en: 'This file is neither a certificate (PDF) nor a proof bundle (JSON).',
  },
  version: { zh: '这不是本版本的证明包。', en: 'This is no proof bundle of this version.' },
  large: { zh: '文件过大。', en: 'The file is too large.' },
  unreadable: { zh: '文件无法读取。', en: 'The file cannot be read.' },
  working: { zh: '正在核验……', en: 'Checking …' },
  'stamp-authority': {
    zh: '该机构不在本链根证书之下；可用命令行 tianping-verify --tsa-ca 核验',
    en: 'the authority is not under the chain’s root; the command tianping-verify --tsa-ca can check it',
  },
} as const
