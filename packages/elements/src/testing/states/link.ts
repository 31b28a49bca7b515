import type { Step, StepOf } from '@tweestap/client';
import type { ScriptedResponse } from '../scripted-server.ts';
import { given } from './given.ts';
import { at, begun, organisation, refused, type Scenario, settled, submitForm, type } from './scenario.ts';

/** A state after a mailed link of this kind was opened. */
const linked = (kind: string, responses: ScriptedResponse[], act: Scenario['act'] = settled): Scenario => ({
  tag: 'mfa-enroll',
  attributes: { link: `mfa-${kind}=token` },
  script: { responses, organisation, kind },
  act,
});

/** A state after 'Forgot password?' was pressed, at this step. */
const recovering = (step: Step): Scenario => ({
  ...at(step, { responses: [given.password, step], kind: 'recover' }),
  act: async (element) => {
    await begun(element);
    element.shadowRoot?.querySelector<HTMLElement>('[part=links] [part=link]')?.click();
    await settled(element);
  },
});

const byCode: StepOf<'identify'> = { ...given.identify, fields: ['username', 'code'], format: 'username' };

/** A state of a flow that sets a new password with a help-desk code. */
const startedByCode = (responses: ScriptedResponse[], act: Scenario['act'] = settled): Scenario => ({
  tag: 'mfa-enroll',
  attributes: { organisation: 'de-linde', kind: 'reset' },
  script: { responses, organisation, kind: 'reset' },
  act,
});

const chosen =
  (password: string, again?: string): NonNullable<Scenario['act']> =>
  async (element) => {
    await settled(element);
    type(element, 'password', password);
    if (again === undefined) return;
    type(element, 'again', again);
    submitForm(element);
    await settled(element);
  };

const weak: ScriptedResponse = { refuse: { code: 'weak-password', reason: 'common' }, step: given['new-password'] };
const gone: ScriptedResponse = {
  refuse: { code: 'link-expired', status: 410, kind: 'recover', organisation: 'de-linde' },
};
const next = { type: 'done', actions: [], next: 'login', organisation: 'de-linde', username: 'anna' } as const;

/** The states of forgotten passwords and mailed links, by name. */
export const linkStates: Record<string, Scenario> = {
  identify: recovering(given.identify),
  'identify-email': recovering({ ...given.identify, fields: ['email'] }),
  'identify-wrong': refused(given.identify, 'email', 'anna', { code: 'bad-email' }),
  'identify-code': startedByCode([byCode]),
  'identify-code-wrong': startedByCode([byCode, { refuse: { code: 'wrong-code' }, step: byCode }], async (element) => {
    await settled(element);
    type(element, 'username', 'anna');
    type(element, 'help-desk-code', '7K3M-QX9A-2WDT-H4PN');
    submitForm(element);
    await settled(element);
  }),
  'mail-sent': recovering(given['mail-sent']),
  'new-password': linked('reset', [given['new-password']]),
  'new-password-first': linked('activate', [{ ...given['new-password'], minLength: 8 }], chosen('kort')),
  'new-password-name': linked('reset', [given['new-password']], chosen('een lange zin over anna')),
  'new-password-good': linked('reset', [given['new-password']], chosen('een lamp naast het kanaal')),
  'new-password-differ': linked('reset', [given['new-password']], chosen('een lamp naast het kanaal', 'een lamp')),
  'new-password-common': linked(
    'reset',
    [given['new-password'], weak],
    chosen('wachtwoordwachtwoord', 'wachtwoordwachtwoord'),
  ),
  'new-password-expired': at({
    ...given['new-password'],
    actions: ['submit', 'back', 'extend'],
    back: 'username',
    reason: 'expired',
  }),
  'new-password-not-me': at({
    ...given['new-password'],
    actions: ['submit', 'back', 'extend'],
    back: 'username',
    reason: 'not-me',
  }),
  'link-expired': linked('reset', [gone]),
  'link-unknown': linked('activate', [{ refuse: { code: 'no-such-link', status: 404 } }]),
  unlock: linked('unlock', [{ ...given.locked, actions: ['poll', 'unlock', 'extend'], ways: ['mail'] }]),
  'done-activate': linked('activate', [{ ...next, actions: [] }]),
  'done-reset': linked('reset', [{ ...next, actions: [] }]),
};
