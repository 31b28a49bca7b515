import { z } from 'zod';
import { isTimeZone } from './local-date.ts';
import { organisationText } from './organisation-text.ts';

/** The time zone in which the days of a policy begin and end. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'expected a time zone such as Europe/Amsterdam')
  .default('UTC')
  .meta({ description: 'The time zone of these days: a name of the IANA database.' });

/** The part `setUp` of a policy. */
export const setUp = z
  .strictObject({
    from: z.iso
      .date()
      .optional()
      .meta({ description: 'The first day on which set-up is offered. By default it is offered immediately.' }),
    until: z.iso.date().optional().meta({ description: 'The last day on which set-up may be deferred (D8).' }),
    timeZone,
    explanation: organisationText
      .optional()
      .meta({ description: "The organisation's own explanation, with a link to a text or video." }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
    path: ['until'],
    error: 'expected a day that is not before from',
  })
  .meta({ description: 'When users without a second factor are asked to set one up.' });
