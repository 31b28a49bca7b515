import type { OrganisationInput } from '@tweestap/server';

/** The three organisations of the demo, each with another policy. The shape is the server's published schema. */
export const demoOrganisations: readonly OrganisationInput[] = [
  {
    id: 'de-linde',
    name: 'De Linde',
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
    },
  },
  {
    id: 'zilverdijk',
    name: 'Samenwerkingsverband Zilverdijk',
    help: {
      text: {
        nl: 'Heb je hulp nodig? Vraag het aan de applicatiebeheerder van je school.',
        en: 'Do you need help? Ask the application manager of your school.',
      },
    },
    policy: { factor: 'optional', authenticators: 'one', remember: { choices: ['never', '12h'], default: '12h' } },
  },
  {
    id: 'wolvenrade',
    name: 'Gemeente Wolvenrade',
    help: {
      text: {
        nl: 'Heb je hulp nodig? Loop langs bij Informatiebeheer, kamer 1.12.',
        en: 'Do you need help? Drop in at Information management, room 1.12.',
      },
    },
    policy: { factor: 'mandatory', authenticators: 'many', remember: { choices: ['never'], default: 'never' } },
  },
];
