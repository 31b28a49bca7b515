import type { MailTemplate } from './template.ts';

/** R83: the help desk let the person in again. */
export const accountEnabled: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your account at ${organisation} is open again`,
    text: [
      `On ${at} the help desk of ${organisation} opened your account again.`,
      'Log in with the password and the app that you had.',
    ],
    notMe: ['Did you not expect this? Tell the help desk, by a number that you know.'],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je account bij ${organisation} is weer open`,
    text: [
      `Op ${at} heeft de helpdesk van ${organisation} je account weer geopend.`,
      'Meld je aan met het wachtwoord en de app die je had.',
    ],
    notMe: ['Had je dit niet verwacht? Zeg het de helpdesk, op een nummer dat je kent.'],
  }),
};
