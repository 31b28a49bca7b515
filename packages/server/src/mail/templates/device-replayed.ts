import { changedByAnother } from './by-another.ts';
import type { MailTemplate } from './template.ts';

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
