import { changedByAnother, type MailTemplate } from './template.ts';

/** An authenticator was bound (R82). */
export const factorAdded: MailTemplate = {
  en: (facts) => ({
    subject: `An authenticator app was added at ${facts.organisation}`,
    text: [
      `An authenticator app was added to your account at ${facts.organisation} on ${facts.at}. Its codes can be used to log in from now on.`,
      'You were signed out everywhere else, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Authenticatie-app toegevoegd bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is een authenticatie-app toegevoegd aan je account bij ${facts.organisation}. Met de codes van die app kan iemand zich nu aanmelden.`,
      'Je bent overal elders afgemeld en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** A new authenticator took the place of the one before (policy `one`). */
export const factorReplaced: MailTemplate = {
  en: (facts) => ({
    subject: `Your authenticator app at ${facts.organisation} was replaced`,
    text: [
      `The authenticator app of your account at ${facts.organisation} was replaced on ${facts.at}. Codes of the old one do not work any more.`,
      'You were signed out everywhere else, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Je authenticatie-app bij ${facts.organisation} is vervangen`,
    text: [
      `De authenticatie-app van je account bij ${facts.organisation} is vervangen op ${facts.at}. Codes van de oude werken niet meer.`,
      'Je bent overal elders afgemeld en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** An authenticator was taken away in the settings. */
export const factorRemoved: MailTemplate = {
  en: (facts) => ({
    subject: `An authenticator app was removed at ${facts.organisation}`,
    text: [
      `An authenticator app was removed from your account at ${facts.organisation} on ${facts.at}. Its codes do not work any more.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Authenticatie-app verwijderd bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is een authenticatie-app verwijderd van je account bij ${facts.organisation}. De codes van die app werken niet meer.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

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

/** The help desk took all second factors away (R82, R83). */
export const factorsReset: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your second step at ${organisation} was reset`,
    text: [
      `The help desk of ${organisation} reset the second step of your account on ${at}.`,
      'Authenticator apps and recovery codes do not work any more, and you were signed out everywhere. Set up a new app at the next login.',
    ],
    notMe: [
      'Did you not ask for this? Then somebody may have passed for you at the help desk.',
      'Call them at once, by a number that you know.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je tweede stap bij ${organisation} is weggehaald`,
    text: [
      `De helpdesk van ${organisation} heeft op ${at} de tweede stap van je account weggehaald.`,
      'Authenticatie-apps en herstelcodes werken niet meer en je bent overal afgemeld. Stel bij de volgende keer aanmelden een nieuwe app in.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan deed iemand zich bij de helpdesk misschien voor als jou.',
      'Bel ze meteen, op een nummer dat je kent.',
    ],
  }),
};

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
