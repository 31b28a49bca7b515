import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import type { Script } from '../testing/scripted-server.ts';
import { anna, recentEvents, settingsScenarios } from '../testing/settings-states.ts';
import { given } from '../testing/states/given.ts';
import { mount, settled, submitForm, type, until } from '../testing/states/scenario.ts';
import './mfa-settings.ts';

let container: HTMLElement;
beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
});
afterEach(() => container.remove());

const words = (element: FlowElement) => element.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const heading = (element: FlowElement) => element.shadowRoot?.querySelector('h2')?.textContent;
const focused = (element: FlowElement) => element.shadowRoot?.activeElement;
const open = (script: Partial<Script> = {}, attributes: Record<string, string> = {}) => {
  const scenario = settingsScenarios.settings as (typeof settingsScenarios)[string];
  return mount({ ...scenario, script: { ...scenario.script, ...script } }, container, attributes);
};
const press = async (element: FlowElement, name: string) => {
  const buttons = [...(element.shadowRoot?.querySelectorAll('button') ?? [])];
  const found = buttons.find((each) => each.id === name || each.textContent?.trim() === name);
  expect(found, name).to.be.instanceOf(HTMLButtonElement);
  found?.click();
  await settled(element);
  await element.updateComplete;
};
const home = (element: FlowElement) => until(() => heading(element) === 'Login and security');
const done = { ...given.done, recoveryCodesLeft: 6 };

describe('mfa-settings', () => {
  it('shows the account with two requests', async () => {
    const { element, calls } = await open();
    expect(calls.map(({ method, path }) => `${method} ${path}`)).to.deep.equal(['GET /account', 'GET /account/events']);
    for (const text of [
      'On',
      'Phone',
      'Tablet at home',
      '5 codes left',
      'Firefox on Linux',
      'this device',
      'Wrong password',
    ])
      expect(words(element)).to.contain(text);
    expect(element.shadowRoot?.querySelector('select')?.value).to.equal('12h');
  });

  it('offers only what the server allows', async () => {
    const { element } = await mount(settingsScenarios['settings-mandatory'] as never, container);
    expect(words(element)).not.to.contain('Turn off');
    expect(element.shadowRoot?.querySelector('#remove-f1')).to.equal(null);
    expect(words(element)).to.contain('Move to another phone');
    expect(element.shadowRoot?.querySelector('select')).to.equal(null);
    expect(words(element)).to.contain('Create new ones now');
  });

  it('runs the enrolment in the same place when it is turned on, and then shows the changed account', async () => {
    const responses = [given['confirm-password'], given['enroll-totp'], given['recovery-codes'], done];
    const off = settingsScenarios['settings-off']?.script.account;
    const script: Partial<Script> = { responses, kind: 'enroll', ...(off ? { account: off } : {}) };
    const { element, calls } = await open(script);
    let heard = 0;
    container.addEventListener('mfa-success', () => {
      heard += 1;
    });
    await press(element, 'Turn on');
    expect(calls.at(-1)?.body).to.deep.equal({ kind: 'enroll' });
    expect(heading(element)).to.equal('Enter your password again');
    type(element, 'password', 'secret');
    submitForm(element);
    await settled(element);
    type(element, 'code', '123456');
    await settled(element);
    for (let twice = 0; twice < 2; twice += 1) {
      element.shadowRoot?.querySelector<HTMLElement>('[part~=primary]')?.click();
      await settled(element);
    }
    await home(element);
    await until(() => words(element).includes('Your app is set up.'));
    expect(heard).to.equal(1);
    expect(calls.filter(({ path }) => path === '/account').length, 'the account is read again').to.equal(2);
  });

  it('runs a step-up in the same place if the server requires one to remove an app, and then removes it automatically', async () => {
    const refusals = [{ code: 'insufficient-user-authentication' as const, status: 401 }];
    const { element, calls } = await open({ responses: [given.totp, done], kind: 'step-up', refusals });
    await press(element, 'remove-f2');
    await press(element, 'sure');
    expect(calls.at(-1)?.body).to.deep.equal({ kind: 'step-up' });
    expect(heading(element)).to.equal('Enter the code from your app');
    type(element, 'code', '123456');
    await settled(element);
    await until(() => words(element).includes('The app has been removed.'));
    expect(calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).to.deep.equal([
      '/account/factors/f2',
      '/account/factors/f2',
    ]);
    expect(words(element)).not.to.contain('Tablet at home');
    await until(() => focused(element)?.matches('[part=notice]'));
  });

  it('removes nothing after a cancelled step-up, even after a later flow', async () => {
    const refusals = [{ code: 'insufficient-user-authentication' as const, status: 401 }];
    const { element, calls } = await open({ responses: [given.totp], kind: 'step-up', refusals });
    await press(element, 'remove-f2');
    await press(element, 'sure');
    await press(element, 'Cancel');
    await home(element);
    await press(element, 'Create new codes');
    expect(calls.filter(({ path }) => path === '/account/factors/f2').length).to.equal(1);
    expect(words(element)).not.to.contain('The app is removed');
  });

  it('renames an app, and reports an empty name', async () => {
    const { element, calls } = await open();
    await press(element, 'rename-f1');
    const input = focused(element) as HTMLInputElement;
    expect(input.value).to.equal('Phone');
    input.value = ' ';
    await press(element, 'Save');
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Enter a name.');
    input.value = 'Blue phone';
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await until(() => words(element).includes('The name has been changed.'));
    await until(() => focused(element)?.matches('[part=notice]'));
    expect(calls.find(({ method }) => method === 'PATCH')?.body).to.deep.equal({ name: 'Blue phone' });
    expect(words(element)).to.contain('Blue phone');
  });

  it('reports a name that is too long or has wrong characters at its field, and keeps it', async () => {
    const { element, calls } = await open({ refusals: [{ code: 'bad-name', status: 422 }] });
    await press(element, 'rename-f1');
    const name = () => element.shadowRoot?.querySelector('#name') as HTMLInputElement;
    name().value = 'x'.repeat(61);
    await press(element, 'Save');
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Enter at most 60 characters.');
    expect(name().value).to.have.length(61);
    name().value = 'x\u202e';
    await press(element, 'Save');
    await until(() => calls.some(({ method }) => method === 'PATCH') && element.state.name !== 'busy');
    await element.updateComplete;
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('contains characters');
    expect(name().getAttribute('aria-invalid')).to.equal('true');
    expect(name().value).to.equal('x\u202e');
  });

  for (const opener of ['remove-f2', 'not-me-1']) {
    it(`focuses the question and not its button, so that a second Enter changes nothing: ${opener}`, async () => {
      const { element, calls } = await open();
      const before = calls.length;
      await press(element, opener);
      await until(() => focused(element)?.matches('[part=asking] p'));
      expect(calls.length).to.equal(before);
    });
  }

  it('returns the focus to the button when a question is cancelled', async () => {
    const { element } = await open();
    await press(element, 'rename-f1');
    await press(element, 'Cancel');
    await until(() => focused(element)?.id === 'rename-f1');
    await press(element, 'not-me-1');
    await press(element, 'Cancel');
    await until(() => focused(element)?.id === 'not-me-1');
  });

  it('saves immediately how long a device is remembered', async () => {
    const { element, calls } = await open();
    const select = element.shadowRoot?.querySelector('select') as HTMLSelectElement;
    expect([...select.options].map(({ textContent }) => textContent)).to.deep.equal([
      'Never',
      '12 hours',
      '1 day',
      '3 days',
      '1 week',
    ]);
    select.value = '3d';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await until(() => words(element).includes('Saved.'));
    expect(calls.find(({ method }) => method === 'PATCH')?.body).to.deep.equal({ rememberFor: '3d' });
    expect(element.shadowRoot?.querySelector('select')?.value).to.equal('3d');
  });

  it('forgets one device or all devices, and ends other sessions', async () => {
    const { element, calls } = await open();
    element.shadowRoot?.querySelector<HTMLElement>('[aria-label="Forget Safari on iPhone"]')?.click();
    await until(() => words(element).includes('The device has been forgotten.'));
    expect(words(element)).not.to.contain('Safari on iPhone');
    await press(element, 'Forget all devices');
    await until(() => words(element).includes('No devices are remembered'));
    await press(element, 'Log out everywhere else');
    await until(() => words(element).includes('Only here.'));
    const changes = calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
    expect(changes).to.deep.equal(['/account/devices/d2', '/account/devices', '/account/sessions']);
  });

  it('M1 lists the apps that log in with the password alone, and removes one', async () => {
    const installations = [
      { id: 'i1', client: 'phone-app', name: 'Pocket app', createdAt: '2026-06-01T09:00:00.000Z' },
      { id: 'i2', client: 'phone-app', name: 'Old tablet', createdAt: '2026-05-01T09:00:00.000Z' },
    ];
    const { element, calls } = await open({ account: { ...anna, installations } });
    expect(words(element)).to.include('Apps with their own login').and.to.include('Not used yet, added');
    element.shadowRoot?.querySelector<HTMLElement>('[aria-label="Remove Old tablet"]')?.click();
    await until(() => words(element).includes('The app has been removed.'));
    expect(words(element)).to.include('Pocket app').and.not.to.include('Old tablet');
    expect(calls.find(({ method }) => method === 'DELETE')?.path).to.equal('/account/installations/i2');
  });

  it("R82 reports 'this was not me' and continues with a new password", async () => {
    const { element, calls } = await open({ responses: [given['confirm-password']], kind: 'change-password' });
    await press(element, 'not-me-1');
    expect(words(element)).to.contain('After that you choose a new password.');
    await press(element, 'sure');
    await until(() => heading(element) === 'Enter your password again');
    expect(calls.find(({ path }) => path === '/account/events/e2')?.body).to.deep.equal({ report: 'not-me' });
    expect(calls.at(-1)?.body).to.deep.equal({ kind: 'change-password' });
  });

  it('R78 shows hostile names as text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const account = {
      ...anna,
      factors: anna.factors.map((factor) => ({ ...factor, name })),
      devices: anna.devices.map((device) => ({ ...device, name })),
    };
    const { element } = await open({ account, events: recentEvents.map((event) => ({ ...event, address: name })) });
    await press(element, 'remove-f1');
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(words(element).split(name).length - 1).to.equal(
      anna.factors.length + anna.devices.length + recentEvents.length + 1,
    );
  });

  it('dispatches mfa-error when a change fails, and offers a retry', async () => {
    const { element } = await open({ refusals: [{ code: 'internal', status: 500 }] });
    const heard: string[] = [];
    container.addEventListener('mfa-error', (event) => heard.push((event as CustomEvent).detail.problem.code));
    await press(element, 'Forget all devices');
    expect(heard).to.deep.equal(['internal']);
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('Something went wrong');
    await until(() => focused(element)?.id === 'again');
    await press(element, 'Try again');
    await until(() => words(element).includes('All devices have been forgotten.'));
  });

  it('shows the failure if a flow does not start after another flow was finished', async () => {
    const { element, calls } = await open({
      responses: [given.totp, done, 'lost', given.totp],
      kind: 'recovery-codes',
    });
    await press(element, 'Create new codes');
    type(element, 'code', '123456');
    await settled(element);
    const notice = () => element.shadowRoot?.querySelector('[part=notice]');
    await until(notice);
    expect(notice()).not.to.equal(null);
    const read = calls.length;
    await press(element, 'Create new codes');
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('There’s no connection');
    expect(notice()).to.equal(null);
    expect(calls.length).to.equal(read + 1);
    await press(element, 'Try again');
    expect(heading(element)).to.equal('Enter the code from your app');
  });

  it('resumes the flow that a reload interrupted, and returns to the settings from it', async () => {
    const left = given['enroll-totp'];
    const { element } = await open({ responses: [left], kind: 'enroll', left }, { resume: '' });
    await until(() => heading(element) === 'Set up your authenticator app');
    await press(element, 'Cancel');
    await home(element);
    expect(words(element)).to.contain('Tablet at home');
  });

  it('can change its language while it is shown', async () => {
    const { element } = await open();
    element.lang = 'nl';
    await until(() => heading(element) === 'Inloggen en veiligheid');
    expect(words(element)).to.contain('Herstelcodes');
  });

  it('can be given texts by the page', async () => {
    const { element } = await open();
    element.messages = { 'settings.heading': 'My account' } as never;
    await until(() => heading(element) === 'My account');
  });
});
