import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

/** A person turned the second factor off (R82). */
export const factorsOff: MailTemplate = {
  en: (facts) => ({
    subject: `Two-step login is off at ${facts.organisation}`,
    text: [
      `Two-step login was turned off for your account at ${facts.organisation} on ${facts.at}. Your password is now all that is asked.`,
      'Authenticator apps and recovery codes do not work any more. You can set them up again on your settings page.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Inloggen in twee stappen staat uit bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is inloggen in twee stappen uitgezet voor je account bij ${facts.organisation}. Je wachtwoord is nu het enige dat gevraagd wordt.`,
      'Authenticatie-apps en herstelcodes werken niet meer. Op de pagina met je instellingen stel je ze weer in.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
