import { expect } from '@open-wc/testing';
import '../mfa-approve/mfa-approve.ts';
import '../mfa-enroll/mfa-enroll.ts';
import '../mfa-login/mfa-login.ts';
import '../mfa-settings/mfa-settings.ts';
import type { FlowElement } from '../element/flow-element.ts';
import { endAnimations } from './animations.ts';
import { mountPhone, type PhoneScenario, phoneScenarios } from './approve-states.ts';
import { container, login, shadow } from './login.ts';
import { settingsScenarios } from './settings-states.ts';
import { given } from './states/given.ts';
import { mount, type Scenario, until } from './states/scenario.ts';
import { scenarios } from './states/scenarios.ts';

const of =
  (scenario: Scenario | undefined) =>
  async (attributes: Record<string, string> = {}) =>
    (await mount(scenario as Scenario, container, attributes)).element;

/** Shows each element at a screen with a field. */
const shown: Record<string, (attributes?: Record<string, string>) => Promise<FlowElement>> = {
  'mfa-login': of(scenarios.password),
  'mfa-enroll': of(scenarios['new-password']),
  'mfa-settings': of(settingsScenarios['settings-password']),
  'mfa-approve': async (attributes) =>
    (await mountPhone(phoneScenarios['phone-empty'] as PhoneScenario, container, attributes)).element,
};

const field = (element: Element) =>
  element.querySelector<HTMLInputElement>('input:not([readonly])') as HTMLInputElement;
const size = (node: Element) => getComputedStyle(node).fontSize;

/** Returns the name or the id of the node that has the focus. */
const focused = () => {
  const { activeElement } = document;
  const inner = activeElement?.shadowRoot?.activeElement ?? activeElement;
  return inner?.getAttribute('name') ?? (inner?.id || inner?.tagName);
};

/** Adds a style sheet to the page until the end of the test. */
const style = (text: string): void => {
  const node = document.createElement('style');
  node.textContent = text;
  container.append(node);
};

for (const [tag, show] of Object.entries(shown)) {
  describe(`${tag} in a page with other ideas`, () => {
    it('has text of 16 px although the page sets its root to 62.5 %', async () => {
      style('html { font-size: 62.5% }');
      const element = await show();
      expect(size(shadow(element, '[part~=form]'))).to.equal('16px');
      expect(size(shadow(element, 'h2'))).to.equal('22px');
      expect(size(field(element))).to.equal('16px');
    });

    it('follows --mfa-font-size, but an input has at least the 16 px at which a phone does not zoom in', async () => {
      const element = await show();
      element.style.setProperty('--mfa-font-size', '20px');
      expect(size(shadow(element, 'h2'))).to.equal('27.5px');
      expect(size(field(element))).to.equal('20px');
      element.style.setProperty('--mfa-font-size', '12px');
      expect(size(shadow(element, '[part~=form]'))).to.equal('12px');
      expect(size(field(element))).to.equal('16px');
    });

    it("shows the page's logo and footer in rows of their own, although the page removes all margins", async () => {
      style('* { margin: 0; padding: 0 }');
      const element = await show();
      element.insertAdjacentHTML(
        'beforeend',
        '<b slot="logo">Logo</b><i slot="heading">Staff</i><a slot="footer">Privacy</a>',
      );
      const box = (selector: string) => (element.querySelector(selector) as Element).getBoundingClientRect();
      const nextTo = (selector: string) => {
        const rows = [...shadow(element, '[part~=form]').children].filter((node) => node.getClientRects().length > 0);
        const at = rows.indexOf(shadow(element, selector));
        return [rows[at - 1], rows[at + 1]].map((row) => row?.getBoundingClientRect());
      };
      // A part of the styles is loaded after the first screen is shown.
      await until(() => box('[slot=footer]').top - (nextTo('[part=footer]')[0]?.bottom ?? 0) >= 16);
      endAnimations(element);
      const [, afterLogo] = nextTo('slot[name=logo]');
      expect((afterLogo?.top ?? 0) - box('[slot=logo]').bottom).to.be.at.least(7);
      const [aboveHeading, heading] = nextTo('slot[name=heading]');
      expect(box('[slot=heading]').top).to.be.at.least((aboveHeading?.bottom ?? 0) - 1);
      expect(heading?.top).to.be.at.least(box('[slot=heading]').bottom - 1);
    });

    it("follows the page's direction, with the punctuation of each text at its end", async () => {
      container.dir = 'rtl';
      const element = await show();
      container.removeAttribute('dir');
      expect(getComputedStyle(shadow(element, 'h2')).direction).to.equal('ltr');
      container.dir = 'rtl';
      expect(getComputedStyle(shadow(element, 'h2')).direction).to.equal('rtl');
      expect(getComputedStyle(shadow(element, 'h2')).unicodeBidi).to.equal('plaintext');
      expect(getComputedStyle(shadow(element, 'h2')).textAlign).to.equal('right');
      container.removeAttribute('dir');
    });

    it('gets the focus by focus()', async () => {
      const element = await show();
      (document.activeElement as HTMLElement).blur();
      element.focus();
      expect(focused()).to.equal(field(element).name);
    });
  });
}

describe('the focus in a page', () => {
  const first = (attributes: Record<string, string> = {}) =>
    login({ responses: [given.password] }, { organisation: 'de-linde', ...attributes });

  it('focus() works before the element is rendered, and at the organisations', async () => {
    const element = document.createElement('mfa-login');
    container.append(element);
    element.focus();
    await element.updateComplete;
    expect(focused()).to.equal('organisation');
  });

  it('focus() focuses the heading of a screen that begins above its field', async () => {
    const { element } = await mount(scenarios['enroll-totp-open'] as Scenario, container);
    await until(() => element.shadowRoot?.activeElement?.id === 'heading');
    (document.activeElement as HTMLElement).blur();
    element.focus();
    expect(focused()).to.equal('heading');
  });

  it('autofocus focuses the first field, unless another field of the page has the focus', async () => {
    (document.activeElement as HTMLElement).blur();
    await first({ autofocus: '' });
    expect(focused()).to.equal('username');
    const other = container.appendChild(document.createElement('input'));
    other.id = 'search';
    other.focus();
    await first({ autofocus: '' });
    expect(focused()).to.equal('search');
  });

  it('a dialog that opens focuses the field and not the heading', async () => {
    const dialog = container.appendChild(document.createElement('dialog'));
    const { element } = await first();
    dialog.append(element);
    dialog.showModal();
    expect(focused()).to.equal('username');
    dialog.close();
  });

  it('with autofocus a dialog focuses the field although a button is before it', async () => {
    for (const organisation of ['de-linde', undefined]) {
      const dialog = container.appendChild(document.createElement('dialog'));
      dialog.append(document.createElement('button'));
      const { element } = await login(
        { responses: [given.password] },
        { autofocus: '', ...(organisation ? { organisation } : {}) },
      );
      dialog.append(element);
      dialog.showModal();
      if (organisation) expect(focused()).to.equal('username');
      else expect(focused()).to.equal('organisation');
      dialog.close();
    }
  });
});

describe('the buttons below the recovery codes', () => {
  for (const [width, rows] of [
    [400, 1],
    [280, 3],
  ] as const) {
    it(`are in ${rows === 1 ? 'one row' : 'a row each'} at ${width} px`, async () => {
      for (const lang of ['en', 'nl']) {
        const { element } = await mount(scenarios['recovery-codes'] as Scenario, container, { lang });
        element.style.cssText = `display: block; inline-size: ${width}px`;
        const buttons = [...(element.shadowRoot?.querySelectorAll<HTMLElement>('[part=actions] button') ?? [])];
        expect(buttons).to.have.length(3);
        expect(new Set(buttons.map(({ offsetTop }) => offsetTop)).size).to.equal(rows);
        for (const button of buttons) expect(button.scrollWidth).to.be.at.most(button.clientWidth);
      }
    });
  }
});
