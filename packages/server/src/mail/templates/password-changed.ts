import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

/** The password was changed, by a link or in the settings (R82). */
export const passwordChanged: MailTemplate = {
  en: (facts) => ({
    subject: `Your password at ${facts.organisation} was changed`,
    text: [
      `The password of your account at ${facts.organisation} was changed on ${facts.at}.`,
      'You were signed out everywhere else, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Je wachtwoord bij ${facts.organisation} is gewijzigd`,
    text: [
      `Het wachtwoord van je account bij ${facts.organisation} is gewijzigd op ${facts.at}.`,
      'Je bent overal elders afgemeld en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
