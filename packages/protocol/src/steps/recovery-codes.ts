import { z } from 'zod';
import { Actions } from '../values.ts';
import { extend, later, submit } from './define.ts';

/** Six new recovery codes, shown until the user says that they are kept. `later` where they are only offered again. */
export const recoveryCodes = {
  step: z.strictObject({
    type: z.literal('recovery-codes'),
    actions: Actions,
    codes: z.array(z.string()).length(6),
  }),
  inputs: {
    submit: z.strictObject(submit('recovery-codes')),
    later: later('recovery-codes'),
    extend: extend('recovery-codes'),
  },
};
