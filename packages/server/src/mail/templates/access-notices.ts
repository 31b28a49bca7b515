import { changedByAnother, type MailTemplate } from './template.ts';

/** Remembered devices were forgotten in the settings (R82). */
export const deviceForgotten: MailTemplate = {
  en: (facts) => ({
    subject: `A device was forgotten at ${facts.organisation}`,
    text: [
      `One or more remembered devices of your account at ${facts.organisation} were forgotten on ${facts.at}. The next login there asks for a code.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Apparaat vergeten bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} zijn een of meer onthouden apparaten van je account bij ${facts.organisation} vergeten. Bij de volgende keer aanmelden daar is een code nodig.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** An older device token came round again, so the device is not remembered any more (R40). */
export const deviceReplayed: MailTemplate = {
  en: (facts) => ({
    subject: `A remembered device was forgotten at ${facts.organisation}`,
    text: [
      `On ${facts.at} two browsers used what only one of yours can have (${facts.device}). So that device is not remembered any more: the next login there asks for a code.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Onthouden apparaat vergeten bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} gebruikten twee browsers iets wat alleen één van jouw browsers kan hebben (${facts.device}). Dat apparaat wordt daarom niet meer onthouden: bij de volgende keer aanmelden is een code nodig.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** The help desk signed a person out everywhere. */
export const sessionsEnded: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `You were signed out at ${organisation}`,
    text: [`You were signed out everywhere at ${organisation} on ${at}. To go on, log in again.`],
    notMe: [
      'Did you not ask for this? Ask the help desk why it was done.',
      `If you doubt who was signed in, choose a new password: ${settings}`,
    ],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je bent afgemeld bij ${organisation}`,
    text: [`Op ${at} ben je overal afgemeld bij ${organisation}. Meld je opnieuw aan om verder te gaan.`],
    notMe: [
      'Heb je hier niet om gevraagd? Vraag de helpdesk waarom het gebeurde.',
      `Twijfel je wie er aangemeld was, kies dan een nieuw wachtwoord: ${settings}`,
    ],
  }),
};

/** A person said of something that happened to the account: this was not me (R82). */
export const notMe: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `You reported something at ${organisation}`,
    text: [
      `On ${at} somebody said on your settings page at ${organisation}: this was not me.`,
      'So you were signed out on all other devices, and no device is remembered any more.',
      `Did you not choose a new password yet? Do it now: ${settings}`,
    ],
    notMe: ['Was the report not yours either? Then somebody else is in your account. Tell the help desk at once.'],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je hebt iets gemeld bij ${organisation}`,
    text: [
      `Op ${at} is op de pagina met je instellingen bij ${organisation} gemeld: dit was ik niet.`,
      'Daarom ben je op alle andere apparaten afgemeld en wordt geen apparaat meer onthouden.',
      `Heb je nog geen nieuw wachtwoord gekozen? Doe het nu: ${settings}`,
    ],
    notMe: [
      'Was deze melding ook niet van jou? Dan zit er iemand anders in je account. Laat het meteen aan de helpdesk weten.',
    ],
  }),
};

/** A lock was lifted before its time (R82). */
export const unlocked: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your account at ${organisation} was unlocked`,
    text: [
      `Wrong passwords or codes had locked your account at ${organisation}. The lock was lifted on ${at}.`,
      'You can log in again.',
    ],
    notMe: [
      'Did you not type wrong, and not ask for this? Then somebody else is trying to get in. Call the help desk at once.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je account bij ${organisation} is weer vrij`,
    text: [
      `Door verkeerde wachtwoorden of codes zat je account bij ${organisation} op slot. Op ${at} is het slot eraf gehaald.`,
      'Je kunt je weer aanmelden.',
    ],
    notMe: [
      'Typte jij niet verkeerd en heb je hier niet om gevraagd? Dan probeert iemand anders binnen te komen. Bel meteen de helpdesk.',
    ],
  }),
};
