import { FEW_RECOVERY_CODES } from '@tweestap/protocol';
import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

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
