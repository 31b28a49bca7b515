import type { MailTemplate } from './template.ts';

/** Too many wrong recovery codes: those there were are deleted, and the authenticator app still works (D12). */
export const recoveryCodesEnded: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `Your recovery codes for ${organisation} no longer work`,
    text: [
      `Too many wrong recovery codes were entered for your account at ${organisation}. Your recovery codes no longer work since ${at}.`,
      `Codes from your authenticator app still work. Make new recovery codes after you have logged in: ${settings}`,
    ],
    notMe: [
      'Was this not you? Then someone who knows your password has been guessing recovery codes.',
      'Tell the help desk, and choose a new password.',
    ],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je herstelcodes bij ${organisation} werken niet meer`,
    text: [
      `Voor je account bij ${organisation} zijn te vaak verkeerde herstelcodes ingevuld. Sinds ${at} werken je herstelcodes niet meer.`,
      `Codes uit je authenticatie-app werken nog wel. Maak nieuwe herstelcodes zodra je bent ingelogd: ${settings}`,
    ],
    notMe: [
      'Was jij dit niet? Dan heeft iemand die je wachtwoord weet herstelcodes geraden.',
      'Laat het de helpdesk weten en kies een nieuw wachtwoord.',
    ],
  }),
};
