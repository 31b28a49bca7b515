import { expect } from '@open-wc/testing';
import type { MfaLogin as MfaLoginElement } from '@tweestap/elements/mfa-login.js';
import * as react18 from 'react-bundle-18';
import * as react19 from 'react-bundle-19';
import { served, serverContent } from './testing/served.ts';

const plain = { lang: 'en', api: '/mfa/v1', organisation: 'de-linde', returnTo: '/dossier', resume: true } as const;

let container: HTMLElement;
let errors: unknown[] = [];
const report = console.error;
beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
  errors = [];
  console.error = (...args) => errors.push(args.join(' '));
});
afterEach(() => {
  container.remove();
  console.error = report;
});

const element = () => container.querySelector('mfa-login') as MfaLoginElement;
const input = () => element().querySelector<HTMLInputElement>('input[name=username]') as HTMLInputElement;
/** Waits for React's scheduler and for a render of the element. */
const turn = async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  await element().updateComplete;
};

for (const [name, react] of Object.entries({ 'React 18': react18, 'React 19': react19 })) {
  const { createElement, createRef, createRoot, flushSync, hydrateRoot, MfaLogin, StrictMode } = react;

  describe(`the component in ${name}`, () => {
    it('is the version that the title says', () => {
      expect(react.version).to.match(new RegExp(`^${name.slice(-2)}\\.`));
    });

    it('sets attributes and properties before the first screen, and when they change', async () => {
      const root = createRoot(container);
      const ref = createRef<MfaLoginElement>();
      const messages = { 'username.label': 'Staff number' };
      flushSync(() => root.render(createElement(MfaLogin, { ...plain, messages, ref, className: 'login' })));
      expect(ref.current === element()).to.equal(true);
      expect(element().messages).to.equal(messages);
      await turn();
      expect(element().organisation).to.equal('de-linde');
      expect(element().returnTo).to.equal('/dossier');
      expect(element().resume).to.equal(true);
      expect(element().className).to.equal('login');
      expect(input().getAttribute('aria-label')).to.equal('Staff number');
      flushSync(() => root.render(createElement(MfaLogin, { ...plain, resume: false, organisation: 'de-es', ref })));
      await turn();
      expect(Boolean(element().resume)).to.equal(false);
      expect(element().organisation).to.equal('de-es');
      expect(input().getAttribute('aria-label')).to.equal('Username');
      root.unmount();
      expect(ref.current).to.equal(null);
      expect(errors).to.deep.equal([]);
    });

    it('calls the newest listener of an event, once, in strict mode too', async () => {
      const heard: string[] = [];
      const root = createRoot(container);
      const show = (label: string) => {
        const onMfaStep = ({ detail }: { detail: { type: string } }) => void heard.push(`${label} ${detail.type}`);
        const login = createElement(MfaLogin, { ...plain, onMfaStep });
        flushSync(() => root.render(createElement(StrictMode, null, login)));
      };
      const step = (type: string) => element().dispatchEvent(new CustomEvent('mfa-step', { detail: { type } }));
      show('first');
      step('totp');
      show('second');
      step('done');
      expect(heard).to.deep.equal(['first totp', 'second done']);
      const node = element();
      root.unmount();
      node.dispatchEvent(new CustomEvent('mfa-step', { detail: { type: 'password' } }));
      expect(heard).to.have.length(2);
    });

    it('a listener can prevent that the browser goes to another page', async () => {
      const root = createRoot(container);
      const onMfaSuccess = (event: Event) => event.preventDefault();
      flushSync(() => root.render(createElement(MfaLogin, { ...plain, onMfaSuccess })));
      expect(element().dispatchEvent(new CustomEvent('mfa-success', { cancelable: true }))).to.equal(false);
      root.unmount();
    });

    it('keeps what the user has typed when React hydrates the page after the element', async () => {
      container.setHTMLUnsafe(served.plain);
      await turn();
      const node = element();
      const field = input();
      field.focus();
      field.value = 'anna';
      field.setSelectionRange(1, 2);
      const root = hydrateRoot(container, createElement(MfaLogin, { ...plain, serverContent }));
      await turn();
      expect(element() === node).to.equal(true);
      expect(input() === field).to.equal(true);
      expect(document.activeElement === field).to.equal(true);
      expect([field.value, field.selectionStart, field.selectionEnd]).to.deep.equal(['anna', 1, 2]);
      root.render(createElement(MfaLogin, { ...plain, lang: 'nl' }));
      await turn();
      expect(input() === field).to.equal(true);
      expect(field.value).to.equal('anna');
      expect(errors).to.deep.equal([]);
      root.unmount();
    });

    it('an element with children of the page waits until React has hydrated them', async () => {
      container.setHTMLUnsafe(served.withLogo);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(element().shadowRoot).to.equal(null);
      const logo = element().querySelector('b');
      const child = createElement('b', { slot: 'logo' }, 'De Linde');
      const root = hydrateRoot(container, createElement(MfaLogin, { organisation: 'de-linde' }, child));
      await turn();
      expect(element().querySelector('b') === logo).to.equal(true);
      expect(input().type).to.equal('text');
      expect(element().hasAttribute('defer-hydration')).to.equal(false);
      root.render(createElement(MfaLogin, { organisation: 'de-es' }, child));
      await turn();
      expect(element().hasAttribute('defer-hydration')).to.equal(false);
      expect(errors).to.deep.equal([]);
      root.unmount();
    });
  });
}
