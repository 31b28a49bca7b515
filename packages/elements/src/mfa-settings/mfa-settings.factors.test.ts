import { expect } from '@open-wc/testing';
import type { Account } from '@tweestap/client';
import type { FlowElement } from '../element/flow-element.ts';
import { fakePasskeys } from '../testing/fake-passkeys.ts';
import { container, press, shadow } from '../testing/login.ts';
import type { Script } from '../testing/scripted-server.ts';
import { anna, annaWithEverything, settingsScenarios } from '../testing/settings-states.ts';
import { choice, given } from '../testing/states/given.ts';
import { mount, settled, until } from '../testing/states/scenario.ts';
import './mfa-settings.ts';

const words = (element: FlowElement) => element.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const open = (account: Account, script: Partial<Script> = {}) => {
  const scenario = settingsScenarios.settings as (typeof settingsScenarios)[string];
  return mount(
    { ...scenario, script: { ...scenario.script, account, passkeys: fakePasskeys(), ...script } },
    container,
  );
};
const headings = ['Passkeys', 'Approve on your phone', 'Authenticator apps', 'Text messages'];
/** The sections of the methods: heading, names of the rows, and words of the buttons. */
const sections = (element: FlowElement) =>
  [...(element.shadowRoot?.querySelectorAll('[part=section]') ?? [])]
    .map((section) => ({
      heading: section.querySelector('h3')?.textContent,
      rows: [...section.querySelectorAll('[part=row]')].map((row) => [
        row.querySelector('[part=row-name]')?.textContent?.replaceAll('\u00a0', ' '),
        ...[...row.querySelectorAll('button')].map((button) => button.textContent?.trim()),
      ]),
      add: section.querySelector(':scope > button')?.textContent?.trim(),
    }))
    .filter(({ heading }) => headings.includes(heading ?? ''));
const pressId = async (element: FlowElement, id: string) => {
  shadow(element, `#${id}`).click();
  await settled(element);
};

describe('the factors of mfa-settings', () => {
  it('are listed by method, each with the actions that fit it', async () => {
    const { element } = await open(annaWithEverything);
    expect(sections(element)).to.deep.equal([
      {
        heading: 'Passkeys',
        rows: [
          ['Password manager', 'Rename', 'Remove'],
          ['Blue security key', 'Rename', 'Remove'],
        ],
        add: 'Add a passkey',
      },
      { heading: 'Approve on your phone', rows: [['Phone of Anna', 'Rename', 'Remove']], add: 'Link a phone' },
      { heading: 'Authenticator apps', rows: [['Phone', 'Rename', 'Remove']], add: 'Add an app' },
      { heading: 'Text messages', rows: [['+31 •• ••• ••78', 'Change', 'Remove']], add: undefined },
    ]);
  });

  it('can be added where the policy allows their method and the account has another factor', async () => {
    const { setUpMethods } = annaWithEverything;
    const { element } = await open({ ...anna, setUpMethods });
    expect(sections(element).map(({ add }) => add)).to.deep.equal([
      'Add a passkey',
      'Link a phone',
      'Add an app',
      'Add a phone number',
    ]);
    element.remove();
    const { element: off } = await open({ ...anna, factors: [], setUpMethods, enrolment: { state: 'off' } });
    expect(words(off)).not.to.match(/Link a phone|Add an app|Add a phone number/);
    off.remove();
    const { element: gone } = await open({ ...annaWithEverything, setUpMethods: ['passkey'] });
    expect(words(gone)).not.to.match(/Link a phone|Add an app/);
    expect(sections(gone).at(-1)?.rows).to.deep.equal([['+31 •• ••• ••78', 'Remove']]);
  });

  it('move to another phone where the policy allows one factor of a method', async () => {
    const { element } = await open({ ...annaWithEverything, authenticators: 'one' });
    expect(sections(element).map(({ add }) => add)).to.deep.equal([
      'Add a passkey',
      'Move to another phone',
      'Move to another phone or app',
      undefined,
    ]);
  });

  it('can not be removed where the server keeps the last one', async () => {
    const { element } = await open({
      ...annaWithEverything,
      factors: annaWithEverything.factors.map((factor) => ({ ...factor, removable: false })),
    });
    expect(element.shadowRoot?.querySelectorAll('[id^=remove-]').length).to.equal(0);
  });

  it('are removed with words that fit the method', async () => {
    for (const [id, question, said] of [
      ['h1', 'Remove Phone of Anna? You can no longer approve logins on it', 'The phone has been removed.'],
      ['s1', 'Remove this phone number? We’ll no longer text codes to it', 'The phone number has been removed.'],
      ['f1', 'Remove Phone? Its codes will no longer work', 'The app has been removed.'],
    ] as const) {
      const { element } = await open(annaWithEverything);
      await pressId(element, `remove-${id}`);
      expect(words(element)).to.contain(question).and.not.to.contain('Two-step login will be off');
      await pressId(element, 'sure');
      await until(() => words(element).includes(said));
      element.remove();
    }
  });

  it('warn before the last one is removed that two-step login will be off', async () => {
    const { element } = await open({ ...anna, factors: anna.factors.slice(0, 1) });
    await pressId(element, 'remove-f1');
    expect(words(element)).to.contain('Two-step login will be off.');
  });

  it('are added without a question for the method, and the notice names what was added', async () => {
    const account = {
      ...annaWithEverything,
      factors: annaWithEverything.factors.filter(({ method }) => method !== 'push'),
    };
    const methods = [...choice.methods, { method: 'push' }] as typeof choice.methods;
    const { element, calls } = await open(account, { kind: 'enroll', responses: [{ ...choice, methods }, given.done] });
    Object.assign(account, { factors: annaWithEverything.factors });
    await press(element, 'Link a phone');
    await until(() => words(element).includes('Your phone is linked.'));
    const inputs = calls.flatMap(({ body }) => body?.inputs ?? []);
    expect(inputs).to.deep.equal([{ step: 'enroll-method', method: 'push' }]);
  });
});
