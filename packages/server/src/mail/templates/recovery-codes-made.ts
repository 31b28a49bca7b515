import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

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
