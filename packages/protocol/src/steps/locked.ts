import { z } from 'zod';
import { unlockWays } from '../values/constants.ts';
import { Actions, Instant, MethodChoice } from '../values/schemas.ts';
import { back, extend, poll, switchTo } from './define.ts';

/** The login is locked after too many attempts. The ways depend on the organisation and the lock, and reveal nothing about the account. */
export const locked = {
  step: z.strictObject({
    type: z.literal('locked'),
    actions: Actions,
    /** When the lock ends without any action. */
    until: Instant.optional(),
    /** The ways to end this lock. */
    ways: z.array(z.enum(unlockWays)),
    /** After a correct password: the methods that are not locked, for `switch`. */
    methods: z.array(MethodChoice).optional(),
    /** Set after a request for a link, which is sent only if the account exists. */
    mailed: z.literal(true).optional(),
  }),
  inputs: {
    poll: poll('locked'),
    /** With `mail`: requests a link, or lifts the lock in a flow that a link has started. */
    unlock: z.strictObject({ step: z.literal('locked'), action: z.literal('unlock'), way: z.enum(['mail']) }),
    switch: switchTo('locked'),
    back: back('locked'),
    extend: extend('locked'),
  },
};
