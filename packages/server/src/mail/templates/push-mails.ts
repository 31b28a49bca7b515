import type { MailTemplate } from './template.ts';

/** The code that confirms a new phone (W1). It is typed on that phone. */
export const pushCode: MailTemplate = {
  en: ({ organisation, device, until }) => ({
    subject: `Your code to link a phone at ${organisation}`,
    text: [
      `A phone is being linked to your account at ${organisation}: ${device}. Enter this code on that phone. It is valid until ${until}.`,
      'A linked phone can approve logins to your account. Never give the code to anyone, also not to the help desk.',
    ],
    hasCode: true,
    notMe: [
      'If you did not begin this on your own phone, do not enter the code anywhere. Nothing has been linked.',
      'Someone else may know your password: choose a new one, and contact the help desk.',
    ],
  }),
  nl: ({ organisation, device, until }) => ({
    subject: `Je code om een telefoon te koppelen bij ${organisation}`,
    text: [
      `Er wordt een telefoon gekoppeld aan je account bij ${organisation}: ${device}. Vul deze code in op die telefoon. Hij is geldig tot ${until}.`,
      'Met een gekoppelde telefoon kunnen inlogpogingen worden goedgekeurd. Geef de code nooit aan iemand anders, ook niet aan de helpdesk.',
    ],
    hasCode: true,
    notMe: [
      'Is dit niet jouw telefoon? Vul de code dan nergens in. Er is nog niets gekoppeld.',
      'Misschien kent iemand anders je wachtwoord: kies een nieuw wachtwoord en neem contact op met de helpdesk.',
    ],
  }),
};

/** The link with which the help desk helps a user to link a phone (W1). The link alone links nothing. */
export const pushLink: MailTemplate = {
  en: ({ organisation, until }) => ({
    subject: `Link your phone to your account at ${organisation}`,
    text: [
      `The help desk of ${organisation} sent you this email so that you can approve logins on your phone.`,
      'Scan the QR code with your phone, or open the link on your phone. You then confirm a code, so keep your present second step at hand.',
      `The link works once, until ${until}.`,
    ],
    button: 'Link this phone',
    hasQrCode: true,
    notMe: [
      'If you did not ask the help desk for this, do not open the link and do not scan the code. Nothing is linked then.',
      'Call the help desk, on a number that you know.',
    ],
  }),
  nl: ({ organisation, until }) => ({
    subject: `Koppel je telefoon aan je account bij ${organisation}`,
    text: [
      `De helpdesk van ${organisation} stuurt je deze e-mail om met je telefoon inlogpogingen te kunnen goedkeuren.`,
      'Scan de QR-code met je telefoon, of open de link op je telefoon. Daarna bevestig je een code, dus houd je huidige tweede stap bij de hand.',
      `De link werkt één keer, tot ${until}.`,
    ],
    button: 'Koppel deze telefoon',
    hasQrCode: true,
    notMe: [
      'Heb je de helpdesk hier niet om gevraagd? Open de link dan niet en scan de code niet. Er wordt dan niets gekoppeld.',
      'Bel de helpdesk, op een nummer dat je kent.',
    ],
  }),
};

/** The user answered 'No, this is not me' on the phone (R21, R82). */
export const pushDenied: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `A login at ${organisation} was denied on your phone`,
    text: [
      `On ${at}, you answered 'No, this is not me' on your phone. Nobody was logged in to your account at ${organisation}.`,
      'Someone else knows your password. Your phone gets no more requests until you have chosen a new password. You are asked for one the next time you log in, with a code from the app.',
    ],
    notMe: [
      `If you did not choose that yourself, someone else may have your phone. Remove it on your settings page, and choose a new password: ${settings}`,
      'Also contact the help desk.',
    ],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Inlogpoging bij ${organisation} geweigerd op je telefoon`,
    text: [
      `Op ${at} heb je op je telefoon ‘Nee, dit ben ik niet’ gekozen. Er is niemand ingelogd op je account bij ${organisation}.`,
      'Iemand anders kent je wachtwoord. Je telefoon krijgt geen verzoeken meer totdat je een nieuw wachtwoord hebt gekozen. Daar word je om gevraagd als je weer inlogt, met een code uit de app.',
    ],
    notMe: [
      `Heb je dat niet zelf gekozen? Dan heeft iemand anders misschien je telefoon. Verwijder die op de pagina met je instellingen en kies een nieuw wachtwoord: ${settings}`,
      'Neem ook contact op met de helpdesk.',
    ],
  }),
};
