import type { MailTemplate } from './template.ts';

/** Too many wrong codes since the last success: the second factor is off until it is bound anew (D7). */
export const factorsDisabled: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `Your codes at ${organisation} do not work any more`,
    text: [
      `Wrong codes were typed too often for your account at ${organisation}. So, since ${at}, codes are refused.`,
      'You can still log in with a recovery code, and then set up your authenticator app again. Have you none left? Ask the help desk for a code.',
    ],
    notMe: [
      'Was this not you? Then somebody who knows your password has been guessing codes.',
      `Tell the help desk, and choose a new password as soon as you are in again: ${settings}`,
    ],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je codes bij ${organisation} werken niet meer`,
    text: [
      `Voor je account bij ${organisation} zijn te vaak verkeerde codes getypt. Sinds ${at} worden codes daarom geweigerd.`,
      'Je kunt nog inloggen met een herstelcode; daarna stel je je authenticatie-app opnieuw in. Heb je die niet meer? Vraag de helpdesk om een code.',
    ],
    notMe: [
      'Was jij dit niet? Dan heeft iemand die je wachtwoord weet codes geraden.',
      `Laat het de helpdesk weten en kies een nieuw wachtwoord zodra je weer binnen bent: ${settings}`,
    ],
  }),
};
