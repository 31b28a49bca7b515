import { expect } from '@open-wc/testing';
import type { Account } from '@tweestap/client';
import type { FlowElement } from '../element/flow-element.ts';
import { fakePasskeys, registration } from '../testing/fake-passkeys.ts';
import { container, heading, press, shadow } from '../testing/login.ts';
import type { Script } from '../testing/scripted-server.ts';
import { anna, annaWithPasskeys, settingsScenarios } from '../testing/settings-states.ts';
import { choice, given } from '../testing/states/given.ts';
import { mount, settled, until } from '../testing/states/scenario.ts';
import './mfa-settings.ts';

const allowed: Account = { ...anna, setUpMethods: ['totp', 'passkey'] };
const words = (element: FlowElement) => element.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const open = (script: Partial<Script>) => {
  const scenario = settingsScenarios.settings as (typeof settingsScenarios)[string];
  return mount({ ...scenario, script: { ...scenario.script, ...script } }, container);
};
const pressId = async (element: FlowElement, id: string) => {
  shadow(element, `#${id}`).click();
  await settled(element);
};

describe('the passkeys of mfa-settings', () => {
  it('are listed with their use and whether they are synced, apart from the apps', async () => {
    const { element } = await open({ account: annaWithPasskeys, passkeys: fakePasskeys() });
    const [passkeys, apps] = [...(element.shadowRoot?.querySelectorAll('[part=section]') ?? [])].slice(1, 3);
    expect(passkeys?.querySelector('h3')?.textContent).to.equal('Passkeys');
    const rows = [...(passkeys?.querySelectorAll('[part=row]') ?? [])].map(({ textContent }) => textContent ?? '');
    expect(rows[0]).to.match(/Password manager\s*Synced\s*Last used today/);
    expect(rows[1]).to.match(/Blue security key\s*This device only\s*Not used yet/);
    expect(apps?.querySelectorAll('[part=row]').length).to.equal(anna.factors.length);
  });

  it('can be added where the policy and the browser allow it', async () => {
    for (const [account, available, shown] of [
      [allowed, true, true],
      [allowed, false, false],
      [anna, true, false],
    ] as const) {
      const { element } = await open({ account, passkeys: fakePasskeys({ available }) });
      expect(words(element).includes('Add a passkey'), `${account.setUpMethods} ${available}`).to.equal(shown);
      element.remove();
    }
  });

  it('are added without a question for the method, and the browser is told', async () => {
    const passkeys = fakePasskeys();
    const script = { account: { ...allowed }, passkeys, kind: 'enroll' };
    const { element, calls } = await open({ ...script, responses: [choice, given['enroll-passkey'], given.done] });
    await press(element, 'Add a passkey');
    expect(calls.at(-1)?.body.inputs).to.deep.equal([{ step: 'enroll-method', method: 'passkey' }]);
    expect(heading(element)).to.equal('Create a passkey');
    await press(element, 'Create passkey');
    await until(() => passkeys.asked.length === 1);
    Object.assign(script.account, annaWithPasskeys);
    passkeys.asked[0]?.accept();
    await until(() => words(element).includes('Your passkey is ready.'));
    expect(calls.find(({ body }) => body.inputs?.[0]?.step === 'enroll-passkey')?.body.inputs).to.deep.equal([
      { step: 'enroll-passkey', credential: registration },
    ]);
    expect(passkeys.signals).to.deep.equal([
      { ...annaWithPasskeys.passkeys, name: 'anna', displayName: 'Anna Visser' },
    ]);
  });

  it('are removed after a question, and the browser is told', async () => {
    const passkeys = fakePasskeys();
    const last = { ...annaWithPasskeys, factors: annaWithPasskeys.factors.slice(1) };
    const { element } = await open({ account: last, passkeys });
    await pressId(element, 'remove-p2');
    expect(words(element)).to.contain('Remove Blue security key? You can no longer log in with it');
    await pressId(element, 'sure');
    await until(() => words(element).includes('The passkey has been removed.'));
    expect(passkeys.signals).to.have.length(1);
    expect(passkeys.signals[0]).to.include({ rpId: 'delinde.example', userId: 'aGFuZGxl' });
  });
});
