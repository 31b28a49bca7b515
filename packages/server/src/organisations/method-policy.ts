import type { setUpMethods } from '@tweestap/protocol';
import { z } from 'zod';
import { words } from './organisation-text.ts';
import { timeZone } from './set-up-policy.ts';

/** The methods of a server. */
export type MethodNames = typeof setUpMethods;

/** The part `methods` of a policy: the methods that users may set up, out of those of the server. */
export const methodsAmong = (names: MethodNames) =>
  z
    .array(
      z.strictObject(
        {
          method: z.enum(names).meta({ description: 'The method.' }),
          recommended: z.boolean().optional().meta({ description: 'Whether the method is marked as recommended.' }),
          note: words(300).optional().meta({ description: 'Why the method is recommended, or what it costs.' }),
        },
        {
          error: ({ code }) =>
            code === 'invalid_type' ? 'expected an object such as { "method": "totp" }' : undefined,
        },
      ),
    )
    .min(1)
    .refine((list) => new Set(list.map(({ method }) => method)).size === list.length, 'expected each method once')
    .default([{ method: 'totp' }])
    .transform((list) => withPasskey(list, names))
    .meta({
      description:
        'The methods that users may set up, in the order in which they are shown. With "passkey" users can log in with a passkey, too. It is added where "sms" is offered, because text messages can be intercepted (R27). By default only an authenticator app.',
    });

/** A server without this method has no organisation with it. */
export const isSms = (method: string): boolean => method === 'sms';

/** R27: a passkey is always among the choices where text messages are. */
function withPasskey<T extends { method: MethodNames[number] }>(list: T[], names: MethodNames): T[] {
  const has = (name: string): boolean => list.some(({ method }) => method === name);
  const isMissing = has('sms') && !has('passkey') && names.includes('passkey');
  return isMissing ? [...list, { method: 'passkey' } as T] : list;
}

/** The part `moveFromSms` of a policy. */
export const moveFromSms = (names: MethodNames) =>
  z
    .strictObject({
      to: z.enum(names).meta({ description: 'The method that replaces text messages.' }),
      from: z.iso
        .date()
        .optional()
        .meta({ description: 'The first day of the offer. By default it begins immediately.' }),
      until: z.iso.date().optional().meta({ description: 'The last day on which the offer may be deferred.' }),
      timeZone,
    })
    .refine(({ to }) => !isSms(to), { path: ['to'], error: 'expected another method than sms' })
    .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
      path: ['until'],
      error: 'expected a day that is not before from',
    })
    .meta({
      description:
        'Moves users from text messages to another method: a login with a text message offers to set it up, and must after "until". The phone number then ends.',
    });
