import { changedByAnother, type MailTemplate } from './template.ts';

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

/** The help desk started a new password by letter or code (R82, R83). Neither is ever in a mail. */
export const passwordStarted: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `A new password was started at ${organisation}`,
    text: [
      `On ${at} the help desk of ${organisation} started a new password for your account, with a letter or a code that is handed to you.`,
      'Before a new password can be chosen, a code from your authenticator app or one of your recovery codes is asked.',
    ],
    notMe: [
      'Did you not ask for this? Then somebody may have passed for you at the help desk.',
      'Call them at once, by a number that you know. Give nobody a code from your app.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Er is een nieuw wachtwoord gestart bij ${organisation}`,
    text: [
      `Op ${at} heeft de helpdesk van ${organisation} een nieuw wachtwoord voor je account gestart, met een brief of een code die je in handen krijgt.`,
      'Voordat er een nieuw wachtwoord kan worden gekozen, wordt om een code uit je authenticatie-app of om een herstelcode gevraagd.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan deed iemand zich bij de helpdesk misschien voor als jou.',
      'Bel ze meteen, op een nummer dat je kent. Geef niemand een code uit je app.',
    ],
  }),
};

/** An administrator changed where mail goes (R82). Sent to the old address and to the new one. */
export const emailChanged: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `The email address of your account at ${organisation} was changed`,
    text: [
      `On ${at} an administrator of ${organisation} changed the email address of your account.`,
      'Mail about your account goes to the new address from now on. Links in older mails no longer work.',
    ],
    notMe: [
      'Did you not ask for this? Then somebody may have passed for you.',
      `Call the help desk of ${organisation} at once, by a number that you know.`,
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Het e-mailadres van je account bij ${organisation} is gewijzigd`,
    text: [
      `Op ${at} heeft een beheerder van ${organisation} het e-mailadres van je account gewijzigd.`,
      'Mail over je account gaat vanaf nu naar het nieuwe adres. Links in oudere mails werken niet meer.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan deed iemand zich misschien voor als jou.',
      `Bel de helpdesk van ${organisation} meteen, op een nummer dat je kent.`,
    ],
  }),
};

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
