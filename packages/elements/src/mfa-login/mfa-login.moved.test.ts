import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import { container, heading, login, named, shadow, submit } from '../testing/login.ts';
import type { Script } from '../testing/scripted-server.ts';
import { given } from '../testing/states/given.ts';
import { settled, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

/** How frameworks move an element: portals and tab panels move it, and Vue's KeepAlive removes it and inserts it later. */
const ways: Record<string, (element: FlowElement, meanwhile: () => Promise<void>) => Promise<void>> = {
  'moved to another parent': async (element, meanwhile) => {
    container.appendChild(document.createElement('section')).append(element);
    await meanwhile();
  },
  'removed and inserted later': async (element, meanwhile) => {
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    container.append(element);
    await meanwhile();
  },
  'removed until its timed action': async (element, meanwhile) => {
    element.remove();
    await meanwhile();
    container.append(element);
    await element.updateComplete;
  },
};

const noWait = async () => undefined;
const seconds = (element: Element) => shadow(element, '[part=seconds]').textContent;

for (const [way, move] of Object.entries(ways)) {
  describe(`an element that is ${way}`, () => {
    it('continues the countdown', async () => {
      const start = Date.UTC(2026, 5, 1, 12);
      const began = performance.now();
      const now = () => start + (performance.now() - began);
      const { element } = await login({ responses: [given.totp], now });
      await named(element);
      const first = seconds(element);
      await move(element, noWait);
      await until(() => seconds(element) !== first);
      const second = seconds(element);
      await until(() => seconds(element) !== second);
    });

    it('warns before the flow expires', async () => {
      const password = { ...given.password, actions: [...given.password.actions, 'extend' as const] };
      const { element } = await login({ responses: [password], lives: 120.5 });
      await named(element);
      expect(shadow(element, '[part~=expiry]')).to.equal(null);
      await move(element, () => until(() => shadow(element, '[part~=expiry]')));
      expect(shadow(element, '[part~=expiry]').textContent).to.contain('2 minutes');
    });

    it('shows the first screen when the flow expires', async () => {
      const { element, calls } = await login({ responses: [given.password], lives: 0.3 });
      await named(element);
      await move(element, () => until(() => element.state.name === 'idle'));
      await element.updateComplete;
      expect(shadow(element, '[part=notice]').textContent).to.contain('again');
      expect(calls).to.have.length(1);
    });

    it('polls at the end of a lock', async () => {
      const end = new Date(Date.now() + 300).toISOString();
      const locked = { ...given.locked, until: end, actions: ['poll' as const] };
      const { element, calls } = await login({ responses: [locked, given.password] });
      await named(element);
      await move(element, () => until(() => calls.length === 2));
      await settled(element);
      expect(calls[1]?.body).to.deep.equal({ inputs: [{ step: 'locked', action: 'poll' }] });
      expect(heading(element)).to.contain('password');
    });

    it('submits an early code again at retryAt', async () => {
      const retryAt = new Date(Date.now() + 300).toISOString();
      const early: Script['responses'][number] = { refuse: { code: 'code-early', retryAt } };
      const { element, calls } = await login({ responses: [given.totp, early, given.done] });
      await named(element);
      type(element, 'code', '123456');
      await submit(element);
      const sent = calls.length;
      await move(element, () => until(() => calls.length > sent));
      await settled(element);
      expect(calls.at(-1)?.body).to.deep.equal(calls[1]?.body);
    });
  });
}

describe('an element that is not in the document', () => {
  it('R70 does not navigate, and shows a button to continue once it is inserted again', async () => {
    const retryAt = new Date(Date.now() + 300).toISOString();
    const returnTo = `${location.href.split('#')[0]}#gone`;
    const early: Script['responses'][number] = { refuse: { code: 'code-early', retryAt } };
    const { element } = await login({ responses: [given.totp, early, { ...given.done, returnTo }] });
    await named(element);
    type(element, 'code', '123456');
    await settled(element);
    element.remove();
    let done = false;
    element.addEventListener('mfa-success', () => {
      done = true;
    });
    await until(() => done);
    container.append(element);
    await element.updateComplete;
    expect(location.hash).not.to.equal('#gone');
    expect(shadow(element, '[part~=primary]').textContent?.trim()).to.equal('Continue');
  });

  it('sends no request after its flow has expired', async () => {
    const locked = { ...given.locked, until: new Date(Date.now() + 800).toISOString(), actions: ['poll' as const] };
    const { element, calls } = await login({ responses: [locked], lives: 0.3 });
    await named(element);
    element.remove();
    await until(() => element.state.name === 'idle');
    expect(calls).to.have.length(1);
  });
});
