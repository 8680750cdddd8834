import type { Messages } from '@/shared/i18n'
import type zh from './zh'

const en: Messages<typeof zh> = {
  title: 'Home',
  headline: 'Start your case here, online',
  lead: 'File, pay and follow a case on a phone or a computer, without going to court. Not sure yet? Take two minutes to see whether this court can help.',
  start: 'See whether this court can help',
  file: 'File a case',
  noSignIn: 'No sign-in, about two minutes',
  doing: 'What do you need to do?',
  tasks: {
    file: 'File a case',
    fileHint: 'One step at a time, saved as you go, photos straight from your phone',
    my: 'My cases and drafts',
    myHint: 'What to do next, and by when',
    document: 'Check a court document',
    documentHint: 'By its number, or by comparing the file',
    draws: 'Check a random assignment',
    drawsHint: 'Anyone can work it out again',
    fee: 'Work out a court fee',
    feeHint: 'With every step shown',
    deadline: 'Work out a deadline',
    deadlineHint: 'Rest days counted, ready for your calendar',
    jurisdiction: 'Find the right court',
    jurisdictionHint: 'Whether an Internet court hears it',
  },
  check: {
    title: 'Received a court document? See whether it is genuine',
    label: 'Number of the document',
    hint: 'Beside the QR code on its first page',
    go: 'Check',
  },
  how: {
    title: 'How a case goes',
    steps: {
      one: 'You file',
      oneText: 'Answer questions and add evidence; the complaint writes itself, you sign and submit.',
      two: 'The court looks at it',
      twoText: 'It decides within seven days. If something is missing, you are told everything at once.',
      three: 'You pay',
      threeText: 'The fee is due within seven days of the notice; you can ask for deferral, reduction or exemption.',
      four: 'A judge is drawn',
      fourText: 'By a public random draw that anyone can verify.',
    },
  },
  ask: {
    title: 'Would you rather ask a person?',
    hotline: 'Call 12368',
    text: 'If something is unclear or urgent, people answer the phone.',
  },
  demo: {
    title: 'This is a demonstration court',
    text: 'Sign in as any of its people: party, lawyer, filing judge, judge, administrator.',
    go: 'Choose a person',
  },
}

export default en
