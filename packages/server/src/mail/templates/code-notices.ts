import { FEW_RECOVERY_CODES } from '@tweestap/protocol';
import { changedByAnother, type MailTemplate } from './template.ts';

/** R35: who used one is told, with how many are left, and warned where few are. */
export const recoveryCodeUsed: MailTemplate = {
  en: (facts) => ({
    subject: `A recovery code was used at ${facts.organisation}`,
    text: [
      `A recovery code was used to log in to your account at ${facts.organisation} on ${facts.at}.`,
      leftEn(facts.left),
      'You were signed out everywhere else, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Herstelcode gebruikt bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is een herstelcode gebruikt om je aan te melden bij ${facts.organisation}.`,
      leftNl(facts.left),
      'Je bent overal elders afgemeld en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

function leftEn(left: number): string {
  if (left === 0) return 'That was the last one. Make new codes now: without them you can not get in without your app.';
  if (left <= FEW_RECOVERY_CODES) return `You have ${left} left. Make new codes soon, in the settings of your account.`;
  return `You have ${left} left.`;
}

function leftNl(left: number): string {
  if (left === 0) return 'Dat was de laatste. Maak nu nieuwe: zonder herstelcodes kom je niet binnen zonder je app.';
  if (left <= FEW_RECOVERY_CODES)
    return `Je hebt er nog ${left}. Maak binnenkort nieuwe, bij de instellingen van je account.`;
  return `Je hebt er nog ${left}.`;
}

/** New recovery codes: the older ones are dead (R35). */
export const recoveryCodesMade: MailTemplate = {
  en: (facts) => ({
    subject: `New recovery codes for ${facts.organisation}`,
    text: [
      `New recovery codes were made for your account at ${facts.organisation} on ${facts.at}. Older ones do not work any more.`,
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `Nieuwe herstelcodes voor ${facts.organisation}`,
    text: [
      `Op ${facts.at} zijn nieuwe herstelcodes gemaakt voor je account bij ${facts.organisation}. Oudere werken niet meer.`,
    ],
    notMe: changedByAnother.nl(facts),
  }),
};

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

/** M8, R83: the help desk gave out a code for a new phone. The code itself never stands in a mail. */
export const deskCodeGiven: MailTemplate = {
  en: ({ organisation, at }) => ({
    subject: `The help desk of ${organisation} gave a code for your account`,
    text: [
      `On ${at} the help desk of ${organisation} gave a code with which a new authenticator app can be set up for your account.`,
      'It works once, for a short time, and only together with your password.',
    ],
    notMe: [
      'Did you not ask for this? Then somebody may have passed for you at the help desk.',
      'Call them at once, by a number that you know, and choose a new password.',
    ],
  }),
  nl: ({ organisation, at }) => ({
    subject: `De helpdesk van ${organisation} gaf een code voor je account`,
    text: [
      `Op ${at} gaf de helpdesk van ${organisation} een code waarmee voor jouw account een nieuwe authenticatie-app kan worden ingesteld.`,
      'De code werkt één keer, kort, en alleen samen met je wachtwoord.',
    ],
    notMe: [
      'Heb je hier niet om gevraagd? Dan deed iemand zich bij de helpdesk misschien voor als jou.',
      'Bel ze meteen, op een nummer dat je kent, en kies een nieuw wachtwoord.',
    ],
  }),
};

/** M8, R82: the help desk's code was typed. A new authenticator is told of by a mail of its own. */
export const deskCodeUsed: MailTemplate = {
  en: (facts) => ({
    subject: `The code of the help desk was used at ${facts.organisation}`,
    text: [
      `On ${facts.at} the code that the help desk gave was used to log in to your account at ${facts.organisation}.`,
      'You were signed out everywhere else, and remembered devices were forgotten.',
    ],
    notMe: changedByAnother.en(facts),
  }),
  nl: (facts) => ({
    subject: `De code van de helpdesk is gebruikt bij ${facts.organisation}`,
    text: [
      `Op ${facts.at} is de code van de helpdesk gebruikt om je aan te melden bij ${facts.organisation}.`,
      'Je bent overal elders afgemeld en onthouden apparaten zijn vergeten.',
    ],
    notMe: changedByAnother.nl(facts),
  }),
};
