import type { PasskeyCode, Step } from '@tweestap/client';
import type { FlowElement } from '../../element/flow-element.ts';
import { type FakePasskeys, fakePasskeys, requestOptions } from '../fake-passkeys.ts';
import type { Script } from '../scripted-server.ts';
import { choice, given, methods, passkeyOffer } from './given.ts';
import { at, begun, type Scenario, settled, until } from './scenario.ts';

/** Chooses the first method to enroll, if that is asked. */
const chooseFirst = async (element: FlowElement): Promise<void> => {
  element.shadowRoot?.querySelector<HTMLElement>('[part~=method]')?.click();
  await settled(element);
};

/** A state in which the browser has passkeys. */
const withPasskeys = (step: Step, more: Partial<Script> = {}): Scenario =>
  at(step, { passkeys: fakePasskeys(), ...more });

/** A state after the ceremony of the primary button has failed. A passkey is created after the choice of it. */
const passkeyFailed = (step: Step, code: PasskeyCode, passkeys: FakePasskeys = fakePasskeys()): Scenario => ({
  ...withPasskeys(step, { passkeys, responses: step.type === 'passkey' ? [step] : [choice, step] }),
  act: async (element) => {
    await begun(element);
    await chooseFirst(element);
    element.shadowRoot?.querySelector<HTMLElement>('[part~=primary]')?.click();
    await until(() => passkeys.asked.length > 0);
    passkeys.asked.at(-1)?.fail(code);
    passkeys.asked.length = 0;
    await until(() => element.state.name === 'step' && element.state.problem);
  },
});

/** The states of passkeys, by name. */
export const passkeyStates: Record<string, Scenario> = {
  'username-passkey': withPasskeys({ ...given.username, passkey: requestOptions }),
  passkey: withPasskeys(given.passkey),
  'passkey-many': {
    ...withPasskeys({ ...given.passkey, methods: [{ method: 'passkey' }, ...methods] }),
    act: async (element) => {
      await begun(element);
      for (const details of element.shadowRoot?.querySelectorAll('details') ?? []) details.open = true;
    },
  },
  'passkey-cancelled': passkeyFailed(given.passkey, 'passkey-cancelled'),
  'passkey-unverified': passkeyFailed(given.passkey, 'passkey-unverified'),
  'passkey-unsupported': at(given.passkey),
  'passkey-unsupported-only': at({ ...given.passkey, methods: [{ method: 'passkey' }] }),
  'enroll-passkey': withPasskeys(given['enroll-passkey']),
  'enroll-passkey-exists': passkeyFailed(given['enroll-passkey'], 'passkey-registered'),
  'enroll-passkey-unsupported': {
    ...at(given['enroll-passkey'], { responses: [choice, given['enroll-passkey']] }),
    act: async (element) => {
      await begun(element);
      await chooseFirst(element);
    },
  },
  'enroll-offer-passkey': withPasskeys(passkeyOffer),
  'enroll-method-passkey': at(choice),
};
