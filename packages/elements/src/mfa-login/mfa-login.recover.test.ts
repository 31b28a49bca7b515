import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import { given } from '../testing/states/given.ts';
import { mount, settled, submitForm, type } from '../testing/states/scenario.ts';
import './mfa-login.ts';

let container: HTMLElement;
beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
});
afterEach(() => container.remove());

const press = (element: FlowElement, words: string) =>
  [...(element.shadowRoot?.querySelectorAll('button') ?? [])]
    .find((button) => button.textContent?.trim() === words)
    ?.click();

describe('mfa-login, forgot password', () => {
  it('requests an email in the same place, keeps organisation and username, and returns to the login', async () => {
    const organisation = { id: 'de-linde', name: 'De Linde' };
    const responses = [given.password, given.identify, given['mail-sent'], given.password];
    const scenario = {
      tag: 'mfa-login' as const,
      attributes: { organisation: 'de-linde' },
      script: { responses, organisation },
    };
    const { element, calls } = await mount(scenario, container);
    type(element, 'username', 'anna');
    submitForm(element);
    await settled(element);
    press(element, 'Forgot password?');
    await settled(element);
    const starts = () => calls.filter(({ method, path }) => method === 'POST' && path === '/flows');
    expect(starts().at(-1)?.body).to.deep.equal({
      kind: 'recover',
      inputs: [{ step: 'organisation', organisation: 'de-linde' }],
    });
    expect(element.querySelector<HTMLInputElement>('[name=username]')?.value).to.equal('anna');
    type(element, 'email', 'anna@delinde.example');
    submitForm(element);
    await settled(element);
    expect(calls.at(-1)?.body).to.deep.equal({
      inputs: [{ step: 'identify', email: 'anna@delinde.example', username: 'anna' }],
    });
    press(element, 'Back to login');
    await settled(element);
    expect(starts().at(-1)?.body).to.deep.equal({
      kind: 'login',
      inputs: [
        { step: 'organisation', organisation: 'de-linde' },
        { step: 'username', username: 'anna' },
      ],
    });
  });

  it('R83 sets a new password with a help-desk code in the same place, and can return to the email or the login', async () => {
    const organisation = { id: 'de-linde', name: 'De Linde' };
    const byCode = { ...given.identify, fields: ['username' as const, 'code' as const], format: 'username' as const };
    const refused = { refuse: { code: 'wrong-code' as const }, step: byCode };
    const responses = [given.password, given.identify, byCode, given.identify, byCode, refused, given.totp];
    const scenario = {
      tag: 'mfa-login' as const,
      attributes: { organisation: 'de-linde' },
      script: { responses, organisation },
    };
    const { element, calls } = await mount(scenario, container);
    const words = () => element.shadowRoot?.textContent ?? '';
    type(element, 'username', 'anna');
    submitForm(element);
    await settled(element);
    press(element, 'Forgot password?');
    await settled(element);
    press(element, 'I have a code from the help desk');
    await settled(element);
    const reset = { kind: 'reset', inputs: [{ step: 'organisation', organisation: 'de-linde' }] };
    expect(calls.at(-1)?.body).to.deep.equal(reset);
    expect(words()).to.contain('Back to login');
    press(element, 'Send me a link by email instead');
    await settled(element);
    expect(calls.at(-1)?.body.kind).to.equal('recover');
    press(element, 'I have a code from the help desk');
    await settled(element);
    const field = element.querySelector<HTMLInputElement>('[name=help-desk-code]');
    expect(field?.getAttribute('aria-label')).to.equal('Code from the help desk');
    expect(field?.autocomplete).to.equal('off');
    submitForm(element);
    await element.updateComplete;
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Enter the code from the help desk.');
    type(element, 'help-desk-code', ' 7k3m qx9a 2wdt h4pn ');
    submitForm(element);
    await settled(element);
    expect(calls.at(-1)?.body).to.deep.equal({
      inputs: [{ step: 'identify', username: 'anna', code: '7k3m qx9a 2wdt h4pn' }],
    });
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('Incorrect username or code.');
    expect(field?.getAttribute('aria-invalid')).to.equal('true');
    submitForm(element);
    await settled(element);
    expect(words()).to.contain('Enter the code from your app');
    expect(words()).not.to.contain('Back to login');
    expect(Object.values(sessionStorage).join()).not.to.match(/7k3m/i);
  });
});
