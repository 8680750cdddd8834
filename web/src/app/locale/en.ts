import type { Messages } from '@/shared/i18n'
import type zh from './zh'

const en: Messages<typeof zh> = {
  name: 'Tianping',
  tagline: 'Internet Court',
  demo: 'Demonstration court',
  demoHint: 'A demonstration: people, cases and papers are made up and have no legal effect.',
  demoPeople: 'Try another role',
  menu: 'Menu',
  nav: {
    main: 'Main',
    front: 'Home',
    file: 'File a case',
    my: 'My matters',
    calculators: 'Calculators',
    check: 'Check',
    today: 'Today',
    filings: 'Filings',
    cases: 'Cases',
    reactions: 'Background work',
    calendar: 'Court calendar',
    access: 'Access log',
    people: 'People',
    settings: 'Settings',
    me: 'Me',
  },
  signIn: 'Sign in',
  register: 'Register',
  account: 'Account and security',
  messages: 'Messages',
  unread: '{count} unread messages',
  signOut: 'Sign out',
  signedInAs: 'Signed in as {name}',
  expired: 'Your session has ended; please sign in again. What is on the page is still there.',
  footer: {
    help: 'Help',
    hotline: 'Court service line 12368',
    hours: 'Working days 9:00–17:00',
    open: 'Open-source software; anyone may read the code.',
    links: 'Also here',
    canWeHelp: 'Can this court help?',
    draws: 'Public record of random assignment',
    demo: 'Demo people and messages',
  },
  notFound: {
    title: 'There is no such page',
    lead: 'The address may be wrong, or this is something that you may not see.',
    home: 'Go to the front page',
  },
  notYours: {
    title: 'You may not see this page',
    lead: 'It is for people with another role. If you think this is a mistake, please contact the court.',
  },
  broken: {
    title: 'This page did not open',
    lead: 'The connection may have failed, or the system was just updated. Nothing that was saved is lost.',
    again: 'Open it again',
  },
}

export default en
