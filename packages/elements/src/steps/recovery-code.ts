import { asciiDigits } from '../controls/code-input.ts';
import { field, MAX_CODE_LENGTH } from '../controls/field.ts';
import { switches } from '../controls/links.ts';
import type { View } from '../view/host.ts';

/** The user enters a recovery code, if the authenticator app is not available. */
export const recoveryCode: View<'recovery-code'> = (step, host) => {
  const label = host.text('recovery-code.label');
  const wrong = host.wrong !== undefined;
  return {
    name: 'recovery-code',
    heading: host.text('recovery-code.heading'),
    description: host.text('recovery-code.description'),
    fields: field(host, { name: 'recovery-code', label, autocomplete: 'off', max: MAX_CODE_LENGTH }, wrong),
    primary: host.text(host.flow?.kind === 'login' ? 'log-in' : 'continue'),
    submit: ({ 'recovery-code': typed }) => {
      const code = asciiDigits(typed ?? '').trim();
      if (!code) return host.complain('recovery-code', host.text('recovery-code.missing'));
      return { step: 'recovery-code', code };
    },
    links: switches(host, 'recovery-code', step.methods),
  };
};
