import { changedByAnother, type MailTemplate } from './template.ts';

/** The password was changed through a link or on the settings page (R82). */
export const passwordChanged: MailTemplate = {
  en: (facts) => ({
    subject: `Your password at ${facts.organisation} was changed`,
    text: [
      `The password of your account at ${facts.organisation} was changed on ${facts.at}.`,
      'You were logged out on all other devices, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Je wachtwoord bij ${facts.organisation} is gewijzigd`,
    text: [
      `Het wachtwoord van je account bij ${facts.organisation} is gewijzigd op ${facts.at}.`,
      'Je bent op alle andere apparaten uitgelogd en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** The help desk started a password reset by letter or code (R82, R83). Neither is ever in an email. */
export const passwordStarted: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `A password reset was started at ${organisation}`,
    text: [
      `On ${at}, the help desk of ${organisation} started a password reset for your account. You will receive a letter or a code for it.`,
      'Before you can choose a new password, you need a code from your authenticator app or one of your recovery codes.',
    ],
    notMe: [
      'If you did not ask for this, someone may have pretended to be you at the help desk.',
      'Call the help desk immediately, on a number that you know. Never give anyone a code from your app.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je wachtwoord bij ${organisation} wordt opnieuw ingesteld`,
    text: [
      `Op ${at} is de helpdesk van ${organisation} begonnen je wachtwoord opnieuw in te stellen. Je krijgt daarvoor een brief of een code.`,
      'Voordat je een nieuw wachtwoord kunt kiezen, heb je een code uit je authenticatie-app of een van je herstelcodes nodig.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan heeft iemand zich bij de helpdesk misschien voor jou uitgegeven.',
      'Bel de helpdesk meteen, op een nummer dat je kent. Geef nooit iemand een code uit je app.',
    ],
  }),
};

/** An administrator changed the email address (R82). The notice is sent to the old address and to the new one. */
export const emailChanged: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `The email address of your account at ${organisation} was changed`,
    text: [
      `On ${at}, an administrator of ${organisation} changed the email address of your account.`,
      'Emails about your account will now be sent to the new address. Links in older emails no longer work.',
    ],
    notMe: [
      'If you did not ask for this, someone may have pretended to be you.',
      `Call the help desk of ${organisation} immediately, on a number that you know.`,
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Het e-mailadres van je account bij ${organisation} is gewijzigd`,
    text: [
      `Op ${at} heeft een beheerder van ${organisation} het e-mailadres van je account gewijzigd.`,
      'E-mails over je account gaan vanaf nu naar het nieuwe adres. Links in oudere e-mails werken niet meer.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan heeft iemand zich misschien voor jou uitgegeven.',
      `Bel de helpdesk van ${organisation} meteen, op een nummer dat je kent.`,
    ],
  }),
};

/** An administrator changed the username. The notice is sent to the address before the change. */
export const usernameChanged: MailTemplate = {
  en: ({ organisation, username, at }) => ({
    subject: `Your username at ${organisation} was changed`,
    text: [
      `On ${at}, an administrator of ${organisation} changed the username of your account.`,
      `Log in as ${username} from now on, with the same password as before. Links in older emails no longer work.`,
    ],
    notMe: [
      'If you did not expect this, someone may have pretended to be you.',
      `Call the help desk of ${organisation} immediately, on a number that you know.`,
    ],
  }),
  nl: ({ organisation, username, at }) => ({
    subject: `Je gebruikersnaam bij ${organisation} is gewijzigd`,
    text: [
      `Op ${at} heeft een beheerder van ${organisation} de gebruikersnaam van je account gewijzigd.`,
      `Log vanaf nu in als ${username}, met hetzelfde wachtwoord als eerst. Links in oudere e-mails werken niet meer.`,
    ],
    notMe: [
      'Had je dit niet verwacht? Dan heeft iemand zich misschien voor jou uitgegeven.',
      `Bel de helpdesk van ${organisation} meteen, op een nummer dat je kent.`,
    ],
  }),
};

/** The help desk disabled the account (R83). */
export const accountDisabled: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your account at ${organisation} was disabled`,
    text: [
      `On ${at}, the help desk of ${organisation} disabled your account. You were logged out on all devices and can no longer log in.`,
      'Nothing was deleted. The help desk can enable your account again.',
    ],
    notMe: ['If you did not expect this, call the help desk, on a number that you know.'],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je account bij ${organisation} is uitgeschakeld`,
    text: [
      `Op ${at} heeft de helpdesk van ${organisation} je account uitgeschakeld. Je bent op alle apparaten uitgelogd en kunt niet meer inloggen.`,
      'Er is niets verwijderd. De helpdesk kan je account weer inschakelen.',
    ],
    notMe: ['Had je dit niet verwacht? Bel de helpdesk, op een nummer dat je kent.'],
  }),
};

/** The help desk enabled the account again (R83). */
export const accountEnabled: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `Your account at ${organisation} was enabled again`,
    text: [
      `On ${at}, the help desk of ${organisation} enabled your account again.`,
      'Log in with the same password and app as before.',
    ],
    notMe: ['If you did not expect this, call the help desk, on a number that you know.'],
  }),
  nl: ({ organisation, at }) => ({
    subject: `Je account bij ${organisation} is weer ingeschakeld`,
    text: [
      `Op ${at} heeft de helpdesk van ${organisation} je account weer ingeschakeld.`,
      'Log in met hetzelfde wachtwoord en dezelfde app als eerst.',
    ],
    notMe: ['Had je dit niet verwacht? Bel de helpdesk, op een nummer dat je kent.'],
  }),
};
