import { FEW_RECOVERY_CODES } from '@tweestap/protocol';
import { changedByAnother, type MailTemplate } from './template.ts';

/** A recovery code was used (R35). The notice states how many are left, and warns when few are. */
export const recoveryCodeUsed: MailTemplate = {
  en: (facts) => ({
    subject: `A recovery code was used at ${facts.organisation}`,
    text: [
      `A recovery code was used to log in to your account at ${facts.organisation} on ${facts.at}.`,
      leftEn(facts.left),
      'You were logged out on all other devices, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Herstelcode gebruikt bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is met een herstelcode ingelogd op je account bij ${facts.organisation}.`,
      leftNl(facts.left),
      'Je bent op alle andere apparaten uitgelogd en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

function leftEn(left: number): string {
  if (left === 0)
    return 'That was the last one. Create new codes now. Without them, you can’t log in without your app.';
  if (left <= FEW_RECOVERY_CODES) return `You have ${left} left. Create new codes soon, on your settings page.`;
  return `You have ${left} left.`;
}

function leftNl(left: number): string {
  if (left === 0)
    return 'Dat was de laatste. Maak nu nieuwe aan. Zonder herstelcodes kun je niet inloggen zonder je app.';
  if (left <= FEW_RECOVERY_CODES)
    return `Je hebt er nog ${left}. Maak binnenkort nieuwe aan, op de pagina met je instellingen.`;
  return `Je hebt er nog ${left}.`;
}

/** New recovery codes were created, which voids the older ones (R35). */
export const recoveryCodesMade: MailTemplate = {
  en: (facts) => ({
    subject: `New recovery codes for ${facts.organisation}`,
    text: [
      `New recovery codes were created for your account at ${facts.organisation} on ${facts.at}. Older codes no longer work.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Nieuwe herstelcodes voor ${facts.organisation}`,
    text: [
      `Op ${facts.at} zijn nieuwe herstelcodes aangemaakt voor je account bij ${facts.organisation}. Oudere codes werken niet meer.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

/** Too many wrong recovery codes were entered: the codes are deleted. The authenticator app still works (D12). */
export const recoveryCodesEnded: MailTemplate = {
  en: ({ organisation, at, settings }) => ({
    subject: `Your recovery codes for ${organisation} no longer work`,
    text: [
      `Too many wrong recovery codes were entered for your account at ${organisation}. Your recovery codes stopped working on ${at}.`,
      `Codes from your authenticator app still work. Log in with one of them, and then create new recovery codes: ${settings}`,
    ],
    notMe: [
      'Was this not you? Then someone who knows your password has been guessing recovery codes.',
      'Contact the help desk, and choose a new password.',
    ],
  }),
  nl: ({ organisation, at, settings }) => ({
    subject: `Je herstelcodes bij ${organisation} werken niet meer`,
    text: [
      `Voor je account bij ${organisation} zijn te vaak verkeerde herstelcodes ingevuld. Sinds ${at} werken je herstelcodes niet meer.`,
      `Codes uit je authenticatie-app werken nog wel. Log daarmee in en maak dan nieuwe herstelcodes aan: ${settings}`,
    ],
    notMe: [
      'Was jij dit niet? Dan heeft iemand die je wachtwoord kent, geprobeerd je herstelcodes te raden.',
      'Neem contact op met de helpdesk en kies een nieuw wachtwoord.',
    ],
  }),
};

/** The help desk issued a code for setting up a new phone (M8, R83). The code itself is never in an email. */
export const deskCodeGiven: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `The help desk of ${organisation} issued a code for your account`,
    text: [
      `On ${at}, the help desk of ${organisation} issued a code for setting up a new authenticator app for your account.`,
      'The code works once, for a short time, and only together with your password.',
    ],
    notMe: [
      'If you did not ask for this, someone may have pretended to be you at the help desk.',
      'Call the help desk immediately, on a number that you know, and choose a new password.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `De helpdesk van ${organisation} heeft een code voor je account gegeven`,
    text: [
      `Op ${at} heeft de helpdesk van ${organisation} een code gegeven om een nieuwe authenticatie-app in te stellen voor je account.`,
      'De code werkt één keer, korte tijd en alleen samen met je wachtwoord.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan heeft iemand zich bij de helpdesk misschien voor jou uitgegeven.',
      'Bel de helpdesk meteen, op een nummer dat je kent, en kies een nieuw wachtwoord.',
    ],
  }),
};

/** The code of the help desk was used (M8, R82). A new authenticator has its own notice. */
export const deskCodeUsed: MailTemplate = {
  en: (facts) => ({
    subject: `A help desk code was used at ${facts.organisation}`,
    text: [
      `On ${facts.at}, a code from the help desk was used to log in to your account at ${facts.organisation}.`,
      'You were logged out on all other devices, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Code van de helpdesk gebruikt bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is met een code van de helpdesk ingelogd op je account bij ${facts.organisation}.`,
      'Je bent op alle andere apparaten uitgelogd en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
