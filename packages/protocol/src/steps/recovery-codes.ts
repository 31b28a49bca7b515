import { z } from 'zod';
import { Actions } from '../values.ts';
import { extend, submit } from './define.ts';

/** Six new recovery codes, shown until the person says that they are kept. */
export const recoveryCodes = {
  step: z.strictObject({
    type: z.literal('recovery-codes'),
    actions: Actions,
    codes: z.array(z.string()).length(6),
  }),
  inputs: {
    submit: z.strictObject(submit('recovery-codes')),
    extend: extend('recovery-codes'),
  },
};
