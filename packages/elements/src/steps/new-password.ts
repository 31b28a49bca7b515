import type { StepOf } from '@tweestap/client';
import { html } from 'lit';
import { NewPassword } from '../controls/new-password.ts';
import { silentUsername } from '../controls/password.ts';
import type { View } from '../view/host.ts';

/** Says why a login asks for a new password, or else what is allowed. */
const explanation = ({ reason, mayReuse }: StepOf<'new-password'>) => {
  if (reason) return reason === 'expired' ? 'new-password.expired' : 'new-password.not-me';
  return mayReuse ? 'new-password.may-reuse' : 'new-password.description';
};

/** The user chooses a new password and enters it twice. A hidden username is before it for password managers. */
export const newPassword: View<'new-password'> = (step, host) => {
  const control = host.use(NewPassword);
  const first = host.flow?.kind === 'activate' || host.flow?.kind === 'register';
  return {
    name: 'new-password',
    heading: host.text(first ? 'new-password.first' : 'new-password.heading'),
    description: host.text(explanation(step)),
    fields: html`${silentUsername(host, step.username)}${control.render(step)}`,
    primary: host.text('new-password.submit'),
    submit: ({ password, again }) => {
      if (!password) return host.complain('password', host.text('password.missing'));
      const fault = control.fault(step);
      if (fault) return host.complain('password', host.text(`problem.weak-${fault}`, { count: step.minLength }));
      if (again !== password) return host.complain('again', host.text('new-password.differ'));
      return { step: 'new-password', password };
    },
  };
};
