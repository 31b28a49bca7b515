import { changedByAnother, type MailTemplate } from './template.ts';

/** An authenticator was enrolled (R82). */
export const factorAdded: MailTemplate = {
  en: (facts) => ({
    subject: `An authenticator app was added at ${facts.organisation}`,
    text: [
      `An authenticator app was added to your account at ${facts.organisation} on ${facts.at}. Its codes can now be used to log in.`,
      'You were logged out on all other devices, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Authenticatie-app toegevoegd bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is een authenticatie-app toegevoegd aan je account bij ${facts.organisation}. Met de codes van die app kan nu worden ingelogd.`,
      'Je bent op alle andere apparaten uitgelogd en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** A new authenticator replaced the previous one (policy `one`). */
export const factorReplaced: MailTemplate = {
  en: (facts) => ({
    subject: `Your authenticator app at ${facts.organisation} was replaced`,
    text: [
      `The authenticator app of your account at ${facts.organisation} was replaced on ${facts.at}. Codes from the old app no longer work.`,
      'You were logged out on all other devices, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Je authenticatie-app bij ${facts.organisation} is vervangen`,
    text: [
      `De authenticatie-app van je account bij ${facts.organisation} is vervangen op ${facts.at}. Codes uit de oude app werken niet meer.`,
      'Je bent op alle andere apparaten uitgelogd en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** An authenticator was removed on the settings page. */
export const factorRemoved: MailTemplate = {
  en: (facts) => ({
    subject: `An authenticator app was removed at ${facts.organisation}`,
    text: [
      `An authenticator app was removed from your account at ${facts.organisation} on ${facts.at}. Its codes no longer work.`,
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

/**
 * Too many wrong codes were entered since the last success: the second factor is disabled until it is enrolled again
 * (D7).
 */
export const factorsDisabled: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `Your codes at ${organisation} no longer work`,
    text: [
      `Too many wrong codes were entered for your account at ${organisation}. Codes have been refused since ${at}.`,
      'You can still log in with a recovery code, and then set up your authenticator app again. If you have none left, ask the help desk for a code.',
    ],
    notMe: [
      'Was this not you? Then someone who knows your password has been guessing codes.',
      `Contact the help desk, and choose a new password as soon as you have logged in: ${settings}`,
    ],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je codes bij ${organisation} werken niet meer`,
    text: [
      `Voor je account bij ${organisation} zijn te vaak verkeerde codes ingevuld. Sinds ${at} worden codes geweigerd.`,
      'Je kunt nog inloggen met een herstelcode. Daarna stel je je authenticatie-app opnieuw in. Heb je geen herstelcodes meer, vraag de helpdesk dan om een code.',
    ],
    notMe: [
      'Was jij dit niet? Dan heeft iemand die je wachtwoord kent, geprobeerd je codes te raden.',
      `Neem contact op met de helpdesk en kies een nieuw wachtwoord zodra je bent ingelogd: ${settings}`,
    ],
  }),
};

/** The help desk removed all second factors of the account (R82, R83). */
export const factorsReset: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your second step at ${organisation} was reset`,
    text: [
      `The help desk of ${organisation} reset the second step of your account on ${at}.`,
      'Authenticator apps and recovery codes no longer work, and you were logged out on all devices. Set up a new app the next time you log in.',
    ],
    notMe: [
      'If you did not ask for this, someone may have pretended to be you at the help desk.',
      'Call the help desk immediately, on a number that you know.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je tweede stap bij ${organisation} is verwijderd`,
    text: [
      `De helpdesk van ${organisation} heeft op ${at} de tweede stap van je account verwijderd.`,
      'Authenticatie-apps en herstelcodes werken niet meer en je bent op alle apparaten uitgelogd. Stel een nieuwe app in als je weer inlogt.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan heeft iemand zich bij de helpdesk misschien voor jou uitgegeven.',
      'Bel de helpdesk meteen, op een nummer dat je kent.',
    ],
  }),
};

/** The user turned two-step login off (R82). */
export const factorsOff: MailTemplate = {
  en: (facts) => ({
    subject: `Two-step login is off at ${facts.organisation}`,
    text: [
      `Two-step login was turned off for your account at ${facts.organisation} on ${facts.at}. You now need only your password to log in.`,
      'Authenticator apps and recovery codes no longer work. You can set them up again on your settings page.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Inloggen in twee stappen staat uit bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is inloggen in twee stappen uitgezet voor je account bij ${facts.organisation}. Je hebt nu alleen je wachtwoord nodig om in te loggen.`,
      'Authenticatie-apps en herstelcodes werken niet meer. Je kunt ze weer instellen op de pagina met je instellingen.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
