import { z } from 'zod';
import { Actions, MethodChoice, TypedCode } from '../values/schemas.ts';
import { back, extend, submit, switchTo } from './define.ts';

/** The user enters a recovery code, a look-up secret of NIST SP 800-63B-4 §3.1.2. */
export const recoveryCode = {
  step: z.strictObject({
    type: z.literal('recovery-code'),
    actions: Actions,
    /** The methods that the user can switch to. */
    methods: z.array(MethodChoice),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('recovery-code'), code: TypedCode }),
    switch: switchTo('recovery-code'),
    back: back('recovery-code'),
    extend: extend('recovery-code'),
  },
};
