import type { OrganisationInput } from '@tweestap/server';

const DAY = 24 * 3_600_000;

/** A day so many days from the start of the demo, so that its dates fit at any time. */
const daysFromNow = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

/** The organisations of the demo, each with another policy. The shape is the server's published schema. */
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
      setUp: { timeZone: 'Europe/Amsterdam' },
      locks: { ways: ['wait', 'helpdesk', 'mail'] },
    },
  },
  {
    id: 'zilverdijk',
    name: 'Samenwerkingsverband Zilverdijk',
    language: 'nl',
    help: {
      text: {
        nl: 'Heb je hulp nodig? Vraag het aan de applicatiebeheerder van je school.',
        en: 'Do you need help? Ask the application manager of your school.',
      },
    },
    policy: {
      factor: 'optional',
      authenticators: 'one',
      remember: { choices: ['never', '12h'], default: '12h' },
      setUp: {
        from: daysFromNow(-14),
        until: daysFromNow(30),
        timeZone: 'Europe/Amsterdam',
        explanation: {
          text: {
            nl: 'Dossiers van leerlingen zijn vertrouwelijk. Daarom logt straks iedereen bij Zilverdijk in met een code.',
            en: 'Files of pupils are confidential. That is why everybody at Zilverdijk will soon log in with a code.',
          },
          url: 'https://zilverdijk.example/twee-stappen',
        },
      },
      methods: [
        {
          method: 'totp',
          recommended: true,
          note: {
            nl: 'Kost niets, en werkt ook waar je geen bereik hebt.',
            en: 'Costs nothing, and also works where there is no signal.',
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
        en: 'Do you need help? Drop in at Information management, room 1.12.',
      },
    },
    policy: {
      factor: 'mandatory',
      authenticators: 'many',
      remember: { choices: ['never'], default: 'never' },
      setUp: { timeZone: 'Europe/Amsterdam' },
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
      locks: { ways: ['wait', 'mail'] },
      resetBy: 'mail',
      mayReusePassword: true,
      selfRegistration: true,
    },
  },
];
