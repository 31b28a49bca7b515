import { z } from 'zod';
import { unlockWays } from '../constants.ts';
import { Actions, Instant, MethodChoice } from '../values.ts';
import { back, extend, poll, switchTo } from './define.ts';

/** Too many attempts. The ways depend on the organisation and on what is locked, and reveal nothing about the account. */
export const locked = {
  step: z.strictObject({
    type: z.literal('locked'),
    actions: Actions,
    /** When waiting ends. */
    until: Instant.optional(),
    /** The ways out that work. */
    ways: z.array(z.enum(unlockWays)),
    /** After a right password: other second factors that are not locked, to `switch` to. */
    methods: z.array(MethodChoice).optional(),
    /** A link to go on with was sent, if there is an account that it belongs to. */
    mailed: z.literal(true).optional(),
  }),
  inputs: {
    poll: poll('locked'),
    /** `mail`: asks for a link; with one, lifts the lock. */
    unlock: z.strictObject({ step: z.literal('locked'), action: z.literal('unlock'), way: z.enum(['mail']) }),
    switch: switchTo('locked'),
    back: back('locked'),
    extend: extend('locked'),
  },
};
