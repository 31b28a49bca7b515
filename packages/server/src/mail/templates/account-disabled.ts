import type { MailTemplate } from './template.ts';

/** R83: the help desk shut the account. */
export const accountDisabled: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your account at ${organisation} was closed`,
    text: [
      `On ${at} the help desk of ${organisation} closed your account. You were signed out everywhere and can not log in.`,
      'Nothing was deleted: the help desk can open the account again.',
    ],
    notMe: ['Did you not expect this? Ask the help desk, by a number that you know.'],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je account bij ${organisation} is gesloten`,
    text: [
      `Op ${at} heeft de helpdesk van ${organisation} je account gesloten. Je bent overal afgemeld en kunt je niet aanmelden.`,
      'Er is niets verwijderd: de helpdesk kan het account weer openen.',
    ],
    notMe: ['Had je dit niet verwacht? Vraag het de helpdesk, op een nummer dat je kent.'],
  }),
};
