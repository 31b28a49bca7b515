import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import { given } from '../testing/states/given.ts';
import { mount, type Scenario, settled, submitForm, type } from '../testing/states/scenario.ts';
import { scenarios } from '../testing/states/scenarios.ts';
import './mfa-enroll.ts';

let container: HTMLElement;
beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
});
afterEach(() => container.remove());

const words = (element: FlowElement) => element.shadowRoot?.textContent ?? '';

describe('mfa-enroll', () => {
  it('starts automatically and continues with password, app and recovery codes to the end', async () => {
    const responses = [given['confirm-password'], given['enroll-totp'], given['recovery-codes'], given.done];
    const { element, calls } = await mount(
      { tag: 'mfa-enroll', script: { kind: 'enroll', responses }, act: settled },
      container,
    );
    expect(calls[0]?.body).to.deep.equal({ kind: 'enroll' });
    type(element, 'password', 'secret');
    submitForm(element);
    await settled(element);
    expect(words(element)).to.contain('JBSW Y3DP EHPK');
    type(element, 'code', '123 456');
    await settled(element);
    expect(calls[2]?.body).to.deep.equal({ inputs: [{ step: 'enroll-totp', code: '123456' }] });
    expect(element.shadowRoot?.querySelectorAll('[part=recovery-code]').length).to.equal(6);
    const primary = () => element.shadowRoot?.querySelector<HTMLElement>('[part~=primary]');
    primary()?.click();
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector('h2')?.textContent).to.equal('Have you saved your codes?');
    expect(element.shadowRoot?.querySelector('[part=recovery-code]'), 'the codes are hidden').to.equal(null);
    primary()?.click();
    await settled(element);
    expect(calls[3]?.body).to.deep.equal({ inputs: [{ step: 'recovery-codes' }] });
    expect(element.shadowRoot?.querySelector('h2')?.textContent).to.equal('Two-step login is set up');
  });

  it('clears the code of the old app before it asks for the code of the new app', async () => {
    const script = { kind: 'enroll', responses: [given.totp, given['enroll-totp']] };
    const { element, calls } = await mount({ tag: 'mfa-enroll', script, act: settled }, container);
    type(element, 'code', '123456');
    await settled(element);
    expect(element.shadowRoot?.querySelector('h2')?.textContent).to.equal('Set up your authenticator app');
    expect(element.querySelector<HTMLInputElement>('[name=code]')?.value).to.equal('');
    expect(calls.length).to.equal(2);
  });

  it('draws the QR code as one path with a quiet zone of four modules and an accessible name', async () => {
    const script = { kind: 'enroll', responses: [given['enroll-totp']] };
    const { element } = await mount({ tag: 'mfa-enroll', script, act: settled }, container);
    const svg = element.shadowRoot?.querySelector('[part=qr] svg');
    const size = Number(svg?.getAttribute('viewBox')?.split(' ')[2]);
    const rows = [...(svg?.querySelector('path')?.getAttribute('d') ?? '').matchAll(/M(\d+) (\d+)h(\d+)/g)];
    expect(svg?.querySelectorAll('path').length).to.equal(1);
    expect(Math.min(...rows.map(([, x]) => Number(x)))).to.equal(4);
    expect(Math.max(...rows.map(([, x, , width]) => Number(x) + Number(width)))).to.equal(size - 4);
    expect(svg?.getAttribute('aria-label')).to.contain('QR code');
    const link = element.shadowRoot?.querySelector<HTMLAnchorElement>('[part=secret] a');
    expect(link?.href).to.match(/^otpauth:/);
  });

  it('reports a missing session and offers a retry', async () => {
    const script = {
      kind: 'enroll',
      responses: [{ refuse: { code: 'no-session' as const, status: 401 } }, given['confirm-password']],
    };
    const { element } = await mount({ tag: 'mfa-enroll', script, act: settled }, container);
    expect(element.querySelector('[role=alert]')?.textContent).to.contain('You’re no longer logged in');
    element.shadowRoot?.querySelector<HTMLElement>('[part~=primary]')?.click();
    await settled(element);
    expect(element.shadowRoot?.querySelector('h2')?.textContent).to.equal('Enter your password again');
  });

  it('can be cancelled, and dispatches mfa-cancel', async () => {
    const script = { kind: 'enroll', responses: [given['confirm-password']] };
    const { element, calls } = await mount({ tag: 'mfa-enroll', script, act: settled }, container);
    let heard = 0;
    container.addEventListener('mfa-cancel', () => {
      heard += 1;
    });
    element.shadowRoot?.querySelector<HTMLElement>('[part~=back]')?.click();
    await settled(element);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).to.equal(1);
    expect(calls.at(-1)?.method).to.equal('DELETE');
  });

  it('R83 asks for the help-desk code if the kind is reset and there is no link', async () => {
    const { element, calls } = await mount(scenarios['identify-code'] as Scenario, container);
    expect(calls[0]?.body).to.deep.equal({
      kind: 'reset',
      inputs: [{ step: 'organisation', organisation: 'de-linde' }],
    });
    expect(element.shadowRoot?.querySelector('h2')?.textContent).to.equal('Choose a new password');
    expect(words(element)).to.contain('the code that the help desk gave you');
  });
});
