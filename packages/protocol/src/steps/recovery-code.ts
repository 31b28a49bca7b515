import { z } from 'zod';
import { Actions, MethodChoice, TypedCode } from '../values.ts';
import { back, extend, submit, switchTo } from './define.ts';

/** One of the recovery codes, a look-up secret of NIST SP 800-63B-4 §3.1.2. */
export const recoveryCode = {
  step: z.strictObject({
    type: z.literal('recovery-code'),
    actions: Actions,
    methods: z.array(MethodChoice),
  }),
  inputs: {
    submit: z.strictObject({ ...submit('recovery-code'), code: TypedCode }),
    switch: switchTo('recovery-code'),
    back: back('recovery-code'),
    extend: extend('recovery-code'),
  },
};
