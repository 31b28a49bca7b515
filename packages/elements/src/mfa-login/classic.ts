import type { Input, Inputs, Step } from '@tweestap/client';
import { html, nothing } from 'lit';
import { Combobox } from '../controls/combobox.ts';
import { usernameField } from '../controls/field.ts';
import { passkeyButton } from '../controls/passkey.ts';
import { forgot, passwordField } from '../controls/password.ts';
import type { Host, Screen } from '../view/host.ts';

const order = ['organisation', 'username', 'password'] as const;
type Part = (typeof order)[number];

const isClassic = (type: string | undefined): type is Part => order.some((part) => part === type);

/**
 * Returns the inputs to submit, starting with the first one that the server does not have yet or that has changed. If that
 * step is already complete, the list starts with the action `back`.
 */
const inputsOf = (host: Host, step: Step | undefined, typed: Record<Part, string | undefined>): Inputs => {
  const kept: Partial<Record<Part, string | undefined>> = {
    organisation: host.kept.organisation?.id,
    username: host.kept.username,
  };
  const at = isClassic(step?.type) ? order.indexOf(step.type) : 0;
  const changed = order.findIndex((part) => typed[part] !== undefined && typed[part] !== kept[part]);
  const from = Math.min(at, changed < 0 ? at : changed);
  const list = order
    .slice(from)
    .filter((part) => typed[part] !== undefined)
    .map((part) => ({ step: part, [part]: typed[part] }) as Input);
  if (step && from < at) list.unshift({ step: step.type, action: 'back', to: order[from] } as Input);
  return list as [Input, ...Input[]];
};

/** Shows organisation, username and password on one screen, and submits them together. Returns undefined for any other step. */
export const classic = (step: Step | undefined, host: Host): Screen | undefined => {
  if (step && !isClassic(step.type)) return undefined;
  const { wrong } = host;
  const box = host.element.organisation ? undefined : host.use(Combobox);
  const given = step?.type === 'organisation' && !step.search ? step.organisations : undefined;
  return {
    name: 'classic',
    heading: host.text('username.heading'),
    fields: html`
      ${box?.render(given, host.kept.organisation, wrong === 'organisation') ?? nothing}
      ${usernameField(host, step?.type === 'username' ? step.format : 'username', wrong === 'username', 'username webauthn')}
      ${passwordField(host, wrong === 'password')}
    `,
    primary: host.text('log-in'),
    submit: ({ username, password }) => {
      const name = username?.trim();
      if (box && !box.value) return host.complain('organisation', host.text('organisation.choose'));
      if (!name) return host.complain('username', host.text('username.missing'));
      if (!password) return host.complain('password', host.text('password.missing'));
      return inputsOf(host, step, { organisation: box?.value?.id, username: name, password });
    },
    links: html`${step?.type === 'username' ? passkeyButton(host, step) : nothing}${forgot(host)}`,
  };
};
