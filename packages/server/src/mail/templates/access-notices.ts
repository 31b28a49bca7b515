import { changedByAnother, type MailTemplate } from './template.ts';

/** One or more remembered devices were forgotten on the settings page (R82). */
export const deviceForgotten: MailTemplate = {
  en: (facts) => ({
    subject: `A device was forgotten at ${facts.organisation}`,
    text: [
      `One or more remembered devices of your account at ${facts.organisation} were forgotten on ${facts.at}. You will need a code the next time you log in on them.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Apparaat vergeten bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} zijn een of meer onthouden apparaten van je account bij ${facts.organisation} vergeten. De volgende keer dat je daarop inlogt, heb je een code nodig.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** A superseded device token was used again, so its device is no longer remembered (R40). */
export const deviceReplayed: MailTemplate = {
  en: (facts) => ({
    subject: `A remembered device was forgotten at ${facts.organisation}`,
    text: [
      `On ${facts.at}, the same remembered device (${facts.device}) was used from two browsers. It may have been copied, so it is no longer remembered. You will need a code the next time you log in on it.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Onthouden apparaat vergeten bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is hetzelfde onthouden apparaat (${facts.device}) vanuit twee browsers gebruikt. Misschien is het gekopieerd. Daarom wordt het niet meer onthouden: de volgende keer dat je erop inlogt, heb je een code nodig.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** An installation of a client was registered; it logs in with the password alone (R82, R94). */
export const installationAdded: MailTemplate = {
  en: (facts) => ({
    subject: `An app was registered at ${facts.organisation}`,
    text: [
      `An app (${facts.device}) was registered for your account at ${facts.organisation} on ${facts.at}. In that app your password alone is now enough to log in.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `App geregistreerd bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is een app (${facts.device}) geregistreerd voor je account bij ${facts.organisation}. In die app is je wachtwoord alleen nu genoeg om in te loggen.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** An installation of a client was removed on the settings page (R82). */
export const installationRemoved: MailTemplate = {
  en: (facts) => ({
    subject: `A registered app was removed at ${facts.organisation}`,
    text: [
      `A registered app (${facts.device}) was removed from your account at ${facts.organisation} on ${facts.at}. It can no longer log in with your password alone.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Geregistreerde app verwijderd bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is een geregistreerde app (${facts.device}) verwijderd van je account bij ${facts.organisation}. Met die app kan niet meer met alleen je wachtwoord worden ingelogd.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** The help desk ended all sessions of the account. */
export const sessionsEnded: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `You were logged out at ${organisation}`,
    text: [`You were logged out on all devices at ${organisation} on ${at}. To continue, log in again.`],
    notMe: [
      'If you did not ask for this, ask the help desk why it was done.',
      `If you think that someone else was logged in, choose a new password: ${settings}`,
    ],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je bent uitgelogd bij ${organisation}`,
    text: [`Op ${at} ben je op alle apparaten uitgelogd bij ${organisation}. Log opnieuw in om verder te gaan.`],
    notMe: [
      'Heb je hier niet om gevraagd? Vraag de helpdesk waarom dit is gebeurd.',
      `Denk je dat iemand anders was ingelogd? Kies dan een nieuw wachtwoord: ${settings}`,
    ],
  }),
};

/** The user reported 'this was not me' about an event of the account (R82). */
export const notMe: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `You reported activity on your account at ${organisation}`,
    text: [
      `On ${at}, 'This was not me' was reported on your settings page at ${organisation}.`,
      'For your security, you were logged out on all other devices, and no device is remembered any more.',
      `If you have not chosen a new password yet, do it now: ${settings}`,
    ],
    notMe: ['If you did not report this, someone else has access to your account. Contact the help desk immediately.'],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je hebt iets gemeld over je account bij ${organisation}`,
    text: [
      `Op ${at} is op de pagina met je instellingen bij ${organisation} gemeld: 'Dit was ik niet'.`,
      'Voor de zekerheid ben je op alle andere apparaten uitgelogd en wordt geen apparaat meer onthouden.',
      `Heb je nog geen nieuw wachtwoord gekozen? Doe het nu: ${settings}`,
    ],
    notMe: [
      'Heb jij dit niet gemeld? Dan heeft iemand anders toegang tot je account. Neem meteen contact op met de helpdesk.',
    ],
  }),
};

/** A lock was lifted before its end (R82). */
export const unlocked: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your account at ${organisation} was unlocked`,
    text: [
      `Your account at ${organisation} was locked because wrong passwords or codes were entered. It was unlocked on ${at}.`,
      'You can log in again.',
    ],
    notMe: [
      'If you did not enter these passwords or codes, or did not ask for this, someone else is trying to log in. Call the help desk immediately.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je account bij ${organisation} is gedeblokkeerd`,
    text: [
      `Je account bij ${organisation} was geblokkeerd, omdat er verkeerde wachtwoorden of codes waren ingevuld. Op ${at} is het gedeblokkeerd.`,
      'Je kunt weer inloggen.',
    ],
    notMe: [
      'Heb jij die wachtwoorden of codes niet ingevuld, of hier niet om gevraagd? Dan probeert iemand anders in te loggen. Bel meteen de helpdesk.',
    ],
  }),
};
