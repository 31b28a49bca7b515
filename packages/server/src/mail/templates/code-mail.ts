import type { MailTemplate } from './template.ts';

/** A code to enter at the login. It contains no link, so that the code can only be entered where the login was begun. */
export const emailCode: MailTemplate = {
  en: ({ organisation, host, until }) => ({
    subject: `Your code for ${organisation}`,
    text: [
      `Enter this code on the page at ${host} where you are logging in. It is valid until ${until}.`,
      'Never give the code to anyone, also not to the help desk.',
    ],
    hasCode: true,
    notMe: [
      'If you did not ask for this code, someone else knows your password. Without the code, they can’t log in.',
      `Go to ${host} yourself and choose a new password. Also contact the help desk.`,
    ],
  }),
  nl: ({ organisation, host, until }) => ({
    subject: `Je code voor ${organisation}`,
    text: [
      `Vul deze code in op de pagina van ${host} waar je aan het inloggen bent. Hij is geldig tot ${until}.`,
      'Geef de code nooit aan iemand anders, ook niet aan de helpdesk.',
    ],
    hasCode: true,
    notMe: [
      'Ben je niet aan het inloggen? Dan kent iemand anders je wachtwoord. Zonder de code kan niemand inloggen.',
      `Ga zelf naar ${host} en kies een nieuw wachtwoord. Neem ook contact op met de helpdesk.`,
    ],
  }),
};
