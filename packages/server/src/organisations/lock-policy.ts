import { unlockWays } from '@tweestap/protocol';
import { z } from 'zod';

/** The part `locks` of a policy. */
export const locks = z
  .strictObject({
    soft: z
      .int()
      .min(3)
      .max(100)
      .default(10)
      .meta({ description: 'The number of failures after which the first temporary lock starts (D7).' }),
    hard: z.int().min(10).max(100).default(100).meta({
      description:
        'The number of failures since the last success after which the credential is disabled (NIST SP 800-63B-4 §3.2.2).',
    }),
    firstWaitSeconds: z.int().min(1).max(3600).default(60).meta({ description: 'The first wait, in seconds.' }),
    maxWaitSeconds: z.int().min(1).max(86_400).default(3600).meta({ description: 'The longest wait, in seconds.' }),
    ways: z
      .array(z.enum(unlockWays).exclude(['reset']))
      .min(1)
      .max(4)
      .default(['wait', 'helpdesk'])
      .meta({ description: 'What the locked step offers. It offers the same for usernames that do not exist.' }),
  })
  .refine((value) => value.soft <= value.hard, { path: ['hard'], error: 'expected at least the soft limit' })
  .refine((value) => value.firstWaitSeconds <= value.maxWaitSeconds, {
    path: ['maxWaitSeconds'],
    error: 'expected at least firstWaitSeconds',
  })
  .meta({ description: 'The soft and the hard limit. Each wait is twice the previous one, up to the maximum.' });
