import type { Messages } from '@/shared/i18n'
import type zh from './zh'

const en: Messages<typeof zh> = {
  mine: 'My documents',
  paper: 'Document',
  pages: 'pages: {count}',
  version: 'Version {version}',
  download: 'Download',
  checkIt: 'Check',
  toCase: 'Back to the case',
  none: 'No documents yet',
  noneHint: 'Notices and rulings that the court sends you appear here.',
  check: {
    title: 'Check a document',
    lead: 'Enter the number and choose the file you have, and see whether it is exactly what the court issued. The checksum is worked out on your device; the file is not sent.',
    number: 'Document number',
    numberHint: 'Printed on the document, beside the QR code, such as 京0499-2026-SL-000012',
    numberNeeded: 'Enter the number of the document',
    file: 'The file',
    fileHint: 'Choose the original PDF. A photo of a print, or a file saved anew, has another checksum.',
    fileNeeded: 'Choose the file to check',
    choose: 'Choose a file or drop it here',
    tooLarge: 'Over 20 MB: not a document of this court',
    go: 'Check',
    verdicts: { same: 'The same', different: 'Not the same', unknown: 'No such number' },
    issuer: 'Issued by',
    issuedAt: 'Issued at',
    digest: 'SM3 checksum of your file',
    newer: 'There is a newer version of this document',
    askUs: 'In doubt, call the court service line',
    also: 'You can also check:',
    evidence: 'a deposit on the ledger',
    docket: 'an exported docket',
    draw: 'a random assignment',
  },
}

export default en
