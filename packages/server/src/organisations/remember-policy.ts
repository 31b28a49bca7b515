import { durations } from '@tweestap/protocol';
import { z } from 'zod';

/** The part `remember` of a policy. */
export const remember = z
  .strictObject({
    choices: z
      .array(z.enum(durations))
      .min(1)
      .max(durations.length)
      .default([...durations])
      .meta({ description: 'How long a user may have a device remembered.' }),
    default: z
      .enum(durations)
      .default('12h')
      .meta({ description: 'The choice that is made already: one of the choices.' }),
  })
  .refine((value) => value.choices.includes(value.default), { path: ['default'], error: 'expected one of the choices' })
  .refine((value) => new Set(value.choices).size === value.choices.length, {
    path: ['choices'],
    error: 'expected each choice once',
  })
  .meta({
    description: 'How long a device may be remembered. With "never" as the only choice, no device is remembered.',
  });
