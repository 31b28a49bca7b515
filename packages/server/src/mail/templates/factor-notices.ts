import { methodWords } from './method-words.ts';
import { changedByAnother, type MailFacts, type MailTemplate } from './template.ts';

/** The masked phone number in brackets, if the factor has one. */
const numberOf = ({ to }: MailFacts): string => (to === '' ? '' : ` (${to})`);

/** A factor was enrolled (R82). */
export const factorAdded: MailTemplate = {
  en: (facts) => {
    const { a, works } = methodWords(facts.method, 'en');
    return {
      subject: `${a} was added at ${facts.organisation}`,
      text: [
        `${a}${numberOf(facts)} was added to your account at ${facts.organisation} on ${facts.at}. ${works}`,
        'You were logged out on all other devices, and remembered devices were forgotten.',
      ],
      notMe: changedByAnother.en(facts),
    };
  },
  nl: (facts) => {
    const { a, works } = methodWords(facts.method, 'nl');
    return {
      subject: `${a} toegevoegd bij ${facts.organisation}`,
      text: [
        `${a}${numberOf(facts)} is op ${facts.at} toegevoegd aan je account bij ${facts.organisation}. ${works}`,
        'Je bent op alle andere apparaten uitgelogd en onthouden apparaten zijn vergeten.',
      ],
      notMe: changedByAnother.nl(facts),
    };
  },
};

/** A new factor replaced the previous one (policy `one`), or a factor that was disabled or lost. */
export const factorReplaced: MailTemplate = {
  en: (facts) => {
    const { a, works } = methodWords(facts.method, 'en');
    return {
      subject: `Your second step at ${facts.organisation} was replaced`,
      text: [
        `${a} was set up for your account at ${facts.organisation} on ${facts.at}. ${works} The previous second step no longer works.`,
        'You were logged out on all other devices, and remembered devices were forgotten.',
      ],
      notMe: changedByAnother.en(facts),
    };
  },
  nl: (facts) => {
    const { a, works } = methodWords(facts.method, 'nl');
    return {
      subject: `Je tweede stap bij ${facts.organisation} is vervangen`,
      text: [
        `${a} is op ${facts.at} ingesteld voor je account bij ${facts.organisation}. ${works} De vorige tweede stap werkt niet meer.`,
        'Je bent op alle andere apparaten uitgelogd en onthouden apparaten zijn vergeten.',
      ],
      notMe: changedByAnother.nl(facts),
    };
  },
};

/** Codes are sent to another phone number from now on (R82). The mail shows the last digits only (R25). */
export const numberChanged: MailTemplate = {
  en: (facts) => ({
    subject: `Your phone number at ${facts.organisation} was changed`,
    text: [
      `Since ${facts.at}, the codes for your account at ${facts.organisation} are sent to ${facts.to}. No codes are sent to the previous number.`,
      'You were logged out on all other devices, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Je telefoonnummer bij ${facts.organisation} is gewijzigd`,
    text: [
      `Sinds ${facts.at} gaan de codes voor je account bij ${facts.organisation} naar ${facts.to}. Naar het vorige nummer gaan geen codes meer.`,
      'Je bent op alle andere apparaten uitgelogd en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** A factor was removed on the settings page. */
export const factorRemoved: MailTemplate = {
  en: (facts) => {
    const { a, ends } = methodWords(facts.method, 'en');
    return {
      subject: `${a} was removed at ${facts.organisation}`,
      text: [`${a} was removed from your account at ${facts.organisation} on ${facts.at}. ${ends}`],
      notMe: changedByAnother.en(facts),
    };
  },
  nl: (facts) => {
    const { a, ends } = methodWords(facts.method, 'nl');
    return {
      subject: `${a} verwijderd bij ${facts.organisation}`,
      text: [`${a} is op ${facts.at} verwijderd van je account bij ${facts.organisation}. ${ends}`],
      notMe: changedByAnother.nl(facts),
    };
  },
};

/**
 * The signature counter of a passkey did not rise, so a copy of it may exist (WebAuthn L3 §6.1.1). The login was refused.
 */
export const passkeyCopied: MailTemplate = {
  en: (facts) => ({
    subject: `A login with your passkey was refused at ${facts.organisation}`,
    text: [
      `A login with your passkey “${facts.device}” was refused at ${facts.organisation} on ${facts.at}, because the passkey may have been copied.`,
      `If this happens again, remove that passkey on your settings page and create a new one: ${facts.settings}`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Inloggen met je passkey is geweigerd bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is bij ${facts.organisation} een login met je passkey ‘${facts.device}’ geweigerd, omdat de passkey misschien is gekopieerd.`,
      `Gebeurt dit vaker? Verwijder die passkey dan bij je instellingen en maak een nieuwe: ${facts.settings}`,
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
