import type { OrganisationInput } from '@tweestap/server';

const DAY_MS = 24 * 3_600_000;

/**
 * The time zone of this computer, which the browser has too. The mails name a moment in the time zone of the organisation, and
 * the pages in that of the browser.
 */
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();

/** A date relative to the start of the demo, so that the deadlines of the demo are never in the past. */
const daysFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** The organisations of the demo, each with a different policy, in the shape of the server's published schema. */
export const demoOrganisations: readonly OrganisationInput[] = [
  {
    id: 'de-linde',
    name: 'De Linde',
    language: 'nl',
    help: {
      text: {
        nl: 'Heb je hulp nodig? Bel de servicebalie, toestel 140.',
        en: 'Do you need help? Call the service desk, extension 140.',
      },
    },
    policy: {
      factor: 'mandatory',
      authenticators: 'many',
      remember: { choices: ['never', '12h', '1d', '3d', '1w'], default: '12h' },
      setUp: { timeZone },
      locks: { ways: ['wait', 'helpdesk', 'mail'] },
      methods: [
        {
          method: 'totp',
          recommended: true,
          note: { nl: 'Kost niets, en werkt ook zonder bereik.', en: 'Free of charge. Works without a signal too.' },
        },
        { method: 'sms', note: { nl: 'Werkt op elke mobiele telefoon.', en: 'Works on any mobile phone.' } },
        { method: 'passkey' },
        { method: 'push' },
      ],
      sms: { country: 'NL', countries: ['NL', 'BE'] },
      offerPasskeys: false,
      // A phone app with a PIN of its own. A user registers it by a full login.
      clients: [{ id: 'linde-pocket', name: 'Linde Pocket', factor: 'password', installations: true }],
    },
  },
  {
    id: 'zilverdijk',
    name: 'Samenwerkingsverband Zilverdijk',
    language: 'nl',
    help: {
      text: {
        nl: 'Heb je hulp nodig? Vraag het aan de applicatiebeheerder van je school.',
        en: 'Do you need help? Ask your school’s application manager.',
      },
    },
    policy: {
      factor: 'optional',
      authenticators: 'one',
      passwordExpiresAfterDays: 365,
      remember: { choices: ['never', '12h'], default: '12h' },
      setUp: {
        from: daysFromNow(-14),
        until: daysFromNow(30),
        timeZone,
        explanation: {
          text: {
            nl: 'Dossiers van leerlingen zijn vertrouwelijk. Daarom logt binnenkort iedereen bij Zilverdijk in met een code.',
            en: 'Pupils’ files are confidential. For that reason, everyone at Zilverdijk will soon log in with a code.',
          },
          url: 'https://zilverdijk.example/twee-stappen',
        },
      },
      methods: [
        {
          method: 'totp',
          recommended: true,
          note: {
            nl: 'Gratis, en werkt ook als je geen bereik hebt.',
            en: 'Free of charge. Works without a phone signal too.',
          },
        },
      ],
    },
  },
  {
    id: 'wolvenrade',
    name: 'Gemeente Wolvenrade',
    language: 'nl',
    help: {
      text: {
        nl: 'Heb je hulp nodig? Loop langs bij Informatiebeheer, kamer 1.12.',
        en: 'Do you need help? Come to Information Management in room 1.12.',
      },
    },
    policy: {
      factor: 'mandatory',
      authenticators: 'many',
      remember: { choices: ['never'], default: 'never' },
      setUp: { timeZone },
      methods: [
        {
          method: 'passkey',
          recommended: true,
          note: {
            nl: 'Inloggen met je vingerafdruk, je gezicht of je pincode.',
            en: 'Log in with your fingerprint, your face or your PIN.',
          },
        },
        { method: 'totp' },
      ],
    },
  },
  {
    id: 'lichtmis',
    name: 'Thuiszorg Lichtmis',
    language: 'nl',
    help: {
      text: {
        nl: 'Heb je hulp nodig? Bel je teamleider.',
        en: 'Do you need help? Call your team leader.',
      },
    },
    policy: {
      factor: 'mandatory',
      authenticators: 'many',
      remember: { choices: ['never', '12h'], default: '12h' },
      setUp: { timeZone },
      methods: [
        {
          method: 'push',
          recommended: true,
          note: {
            nl: 'Je keurt het inloggen goed op je telefoon.',
            en: 'You approve each login on your phone.',
          },
        },
        { method: 'totp' },
      ],
      // Text messages can't be set up any more. Users who still have them are moved to the phone.
      sms: { country: 'NL' },
      moveFromSms: { to: 'push', until: daysFromNow(60), timeZone },
      locks: { ways: ['wait', 'push', 'helpdesk'] },
    },
  },
  {
    id: 'meerzicht',
    name: 'Huisartsen Meerzicht',
    language: 'nl',
    username: 'email',
    help: {
      text: {
        nl: 'Heb je hulp nodig? Vraag het de praktijkmanager.',
        en: 'Do you need help? Ask the practice manager.',
      },
    },
    policy: {
      factor: 'mandatory',
      authenticators: 'many',
      remember: { choices: ['never', '12h'], default: '12h' },
      setUp: { timeZone },
      locks: { ways: ['wait', 'mail'] },
      resetBy: 'mail',
      mayReusePassword: true,
      selfRegistration: true,
    },
  },
];
