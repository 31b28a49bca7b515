import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import '../mfa-login/mfa-login.ts';
import { container, hasFlowCode, heading, light, login, named, shadow, submit } from '../testing/login.ts';
import { type Script, scriptedServer } from '../testing/scripted-server.ts';
import { given, organisations } from '../testing/states/given.ts';
import { until } from '../testing/states/scenario.ts';
import { type LoginOptions, renderLogin } from './render-login.ts';

const english = { lang: 'en', organisation: 'de-linde' } as const;

/** Parses the server's HTML, as a browser does before the element's module is loaded. */
const served = (options: LoginOptions, children = ''): FlowElement => {
  const html = renderLogin(options, children).replace('<mfa-login', '<mfa-login defer-hydration');
  container.setHTMLUnsafe(html);
  return container.firstElementChild as FlowElement;
};

/** Lets the element take the server's HTML over, as if its module was loaded now. */
const start = async (element: FlowElement, script: Script) => {
  const { client, calls } = scriptedServer(script);
  element.client = client;
  element.removeAttribute('defer-hydration');
  await element.updateComplete;
  return calls;
};

const typed = (input: HTMLInputElement, text: string): void => {
  input.focus();
  input.value = text;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
};

const focusedName = () => document.activeElement?.getAttribute('name');

/** Returns the nodes that a user sees, with all attributes, without Lit's comments and the server's style sheet. */
const markup = (root: ParentNode): string => {
  const copy = document.createElement('div');
  for (const child of root.children) copy.append(child.cloneNode(true));
  for (const node of copy.querySelectorAll('style, link')) node.remove();
  for (const input of copy.querySelectorAll('input')) input.removeAttribute('value');
  const sorted = (node: Element): string => {
    const attributes = [...node.attributes].map(({ name, value }) => `${name}=${JSON.stringify(value)}`).sort();
    const content = [...node.childNodes].map((child) => {
      if (child instanceof Element) return sorted(child);
      return child instanceof Text ? (child.data.trim() ? child.data.replace(/\s+/g, ' ').trim() : '') : '';
    });
    return `<${[node.tagName.toLowerCase(), ...attributes].join(' ')}>${content.join('')}`;
  };
  return [...copy.children].map(sorted).join('\n');
};

const screens: Record<string, Omit<LoginOptions, 'lang'>> = {
  'the username': { organisation: 'de-linde' },
  'the username with autofocus': { organisation: 'de-linde', autofocus: true },
  'the organisation': {},
  'the organisation with autofocus': { autofocus: true },
  'the classic layout': { organisation: 'de-linde', layout: 'classic' },
  'the classic layout with the organisation': { layout: 'classic' },
};

describe('the HTML of a server', () => {
  for (const [name, options] of Object.entries(screens)) {
    for (const lang of ['en', 'nl'] as const) {
      it(`is what the browser renders: ${name}, ${lang}`, async () => {
        const element = served({ ...options, lang });
        const before = markup(element.shadowRoot as ShadowRoot);
        const lightBefore = markup(element).replaceAll(/ disabled=""|mfa-\d+/g, '');
        await start(element, { responses: [given.password], organisations });
        expect(before).to.equal(markup(element.shadowRoot as ShadowRoot));
        expect(lightBefore).to.equal(markup(element).replaceAll(/mfa-\d+/g, ''));
      });
    }
  }

  it('has the texts of the page', () => {
    const element = served({ ...english, messages: { 'username.label': 'Staff number' } });
    expect(shadow(element, '[part=label]').textContent).to.equal('Staff number');
    expect(light(element, 'username')?.getAttribute('aria-label')).to.equal('Staff number');
  });

  it('R78 shows a hostile text of the page as text', () => {
    const hostile = `"><img src=x onerror="alert(1)">'&lt;`;
    const element = served({ lang: 'en', organisation: hostile, messages: { 'username.label': hostile } });
    expect(element.getAttribute('organisation')).to.equal(hostile);
    expect(shadow(element, '[part=label]').textContent).to.equal(hostile);
    expect(light(element, 'username')?.getAttribute('aria-label')).to.equal(hostile);
    expect(
      container.querySelectorAll('img').length + (element.shadowRoot?.querySelectorAll('img').length ?? 0),
    ).to.equal(0);
  });

  it('has the styles of the element in its shadow tree', () => {
    expect(getComputedStyle(shadow(served(english), '[part~=primary]')).fontWeight).to.equal('600');
    const linked = served({ ...english, stylesheet: '/elements/mfa-login.css' });
    expect(shadow<HTMLLinkElement>(linked, 'link').getAttribute('href')).to.equal('/elements/mfa-login.css');
    expect(shadow(linked, 'style') === null).to.equal(true);
    expect(shadow(served({ ...english, nonce: 'abc' }), 'style').nonce).to.equal('abc');
  });

  // Threat: the password is sent to the page's own address, where it gets into a log.
  it('R72 can’t be submitted before the element’s module is loaded', () => {
    const element = served({ ...english, layout: 'classic' });
    const button = element.querySelector<HTMLButtonElement>('button[type=submit]');
    expect(button?.disabled).to.equal(true);
    expect(button?.form === light(element, 'password')?.form).to.equal(true);
    expect(light(element, 'password')?.form?.method).to.equal('post');
  });
});

describe('an element that takes the HTML of a server over', () => {
  it('keeps the typed text, the focus and the selection, and logs in with it', async () => {
    const element = served(english, '<b slot="logo">De Linde</b>');
    const input = light(element, 'username') as HTMLInputElement;
    typed(input, 'anna');
    input.setSelectionRange(1, 3, 'backward');
    const calls = await start(element, { responses: [given.password] });
    expect(light(element, 'username') === input).to.equal(true);
    expect(focusedName()).to.equal('username');
    expect([input.value, input.selectionStart, input.selectionEnd]).to.deep.equal(['anna', 1, 3]);
    expect(element.querySelectorAll('input').length).to.equal(1);
    expect(shadow(element, 'style') === null).to.equal(true);
    await submit(element);
    expect(calls[0]?.body.inputs?.at(-1)).to.deep.equal({ step: 'username', username: 'anna' });
    expect(heading(element)).to.equal('Enter your password');
  });

  it('never takes the focus away from a field in the meantime', async () => {
    const element = served(english);
    const input = light(element, 'username') as HTMLInputElement;
    input.focus();
    let lost = 0;
    input.addEventListener('blur', () => {
      lost += 1;
    });
    await start(element, { responses: [given.password] });
    input.getBoundingClientRect();
    expect(focusedName()).to.equal('username');
    expect(lost).to.equal(0);
  });

  it('keeps the typed name of an organisation, searches it, and keeps the focus and the selection', async () => {
    const element = served({ lang: 'en' });
    const old = shadow<HTMLInputElement>(element, '#organisation');
    typed(old, 'linde');
    old.setSelectionRange(2, 4);
    await start(element, { responses: [given.username], organisations });
    const input = shadow<HTMLInputElement>(element, '#organisation');
    expect(input === old).to.equal(false);
    expect(element.shadowRoot?.activeElement === input).to.equal(true);
    expect([input.value, input.selectionStart, input.selectionEnd]).to.deep.equal(['linde', 2, 4]);
    await until(() => shadow(element, '[part~=option]'));
    expect(shadow(element, '[part~=option]').textContent).to.equal('De Linde');
  });

  it('leaves the focus where it is if it is elsewhere in the page', async () => {
    const element = served({ lang: 'en' });
    const other = container.appendChild(document.createElement('input'));
    other.focus();
    await start(element, { responses: [given.username], organisations });
    expect(document.activeElement === other).to.equal(true);
  });

  it('keeps a password that was typed in the classic layout', async () => {
    const element = served({ ...english, layout: 'classic' });
    const password = light(element, 'password') as HTMLInputElement;
    typed(light(element, 'username') as HTMLInputElement, 'anna');
    typed(password, 'secret');
    const calls = await start(element, { responses: [given.totp] });
    expect(light(element, 'password') === password).to.equal(true);
    expect(focusedName()).to.equal('password');
    await submit(element);
    expect(calls[0]?.body.inputs?.slice(1)).to.deep.equal([
      { step: 'username', username: 'anna' },
      { step: 'password', password: 'secret' },
    ]);
  });

  it('waits for nothing in the other layout', async () => {
    const element = served(english);
    await start(element, { responses: [given.password] });
    expect(hasFlowCode(element)).to.equal(false);
    expect(heading(element)).to.equal('Log in');
  });

  it('continues like an element of the browser', async () => {
    const { element } = await login({ responses: [given.password] });
    await named(element);
    const other = served(english);
    await start(other, { responses: [given.password] });
    await named(other);
    expect(markup(other.shadowRoot as ShadowRoot)).to.equal(markup(element.shadowRoot as ShadowRoot));
  });
});
