import { z } from 'zod';
import { Actions } from '../values/schemas.ts';
import { extend, later, submit } from './define.ts';

/** Six new recovery codes, shown until the user confirms that they are saved. `later` is allowed if they were shown before. */
export const recoveryCodes = {
  step: z.strictObject({
    type: z.literal('recovery-codes'),
    actions: Actions,
    /** The codes, as `XXXX-XXXX-XXXX`. */
    codes: z.array(z.string()).length(6),
  }),
  inputs: {
    submit: z.strictObject(submit('recovery-codes')),
    later: later('recovery-codes'),
    extend: extend('recovery-codes'),
  },
};
