import { expect } from '@open-wc/testing';
import { LitElement } from 'lit';
import type { FlowElement } from '../element/flow-element.ts';
import { publicMembers } from './public-members.ts';
import { scriptedServer } from './scripted-server.ts';
import { given } from './states/given.ts';
import { mount, type Scenario, settled, submitForm, type } from './states/scenario.ts';

const inputOf = (element: Element, name: string) =>
  element.querySelector<HTMLInputElement>(`input[name="${name}"]`) as HTMLInputElement;

/** A Lit element without members of its own. */
class PlainElement extends LitElement {}
customElements.define('plain-element', PlainElement);

/** Returns the members that a script of the page finds on the element but not on a plain Lit element. Lit's hooks are omitted. */
export const membersOf = (element: FlowElement): string[] => {
  const plain = new PlainElement();
  plain.connectedCallback();
  const hooks = ['render', 'shouldUpdate', 'updated', 'firstUpdated', 'createRenderRoot'];
  const found = new Set(Object.keys(element).filter((name) => !name.startsWith('_')));
  for (let at = Object.getPrototypeOf(element); at !== LitElement.prototype; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) found.add(name);
  return [...found].filter((name) => !hooks.includes(name) && !(name in plain));
};

/** Waits for the mutation observer and a render. */
const turn = async (element: FlowElement) => {
  await new Promise((resolve) => setTimeout(resolve));
  await element.updateComplete;
};

/**
 * Defines the tests that every element must pass.
 * @param scenario a state that shows the light input `field`, from which one submission continues
 */
export const elementContract = (tag: keyof typeof publicMembers, scenario: Scenario, field: string): void => {
  describe(`the contract of every element: ${tag}`, () => {
    let container: HTMLElement;
    beforeEach(() => {
      container = document.body.appendChild(document.createElement('div'));
    });
    afterEach(() => container.remove());

    it('can be defined twice without an error', async () => {
      const { define } = await import('../element/flow-element.ts');
      const first = customElements.get(tag);
      define(tag, class extends HTMLElement {});
      expect(customElements.get(tag)).to.equal(first);
    });

    it('exposes the documented members to the page and no others', async () => {
      const { element } = await mount(scenario, container);
      expect(membersOf(element)).to.have.members([...publicMembers[tag]]);
    });

    it("R88 has real inputs for credentials in the page's own tree, in a real form", async () => {
      const { element } = await mount(scenario, container);
      const input = inputOf(element, field);
      expect(input.parentElement).to.equal(element);
      expect(input.form?.parentElement).to.equal(element);
      expect(input.form?.method).to.equal('post');
      expect(input.getAttribute('aria-label')).to.have.length.above(2);
      expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')?.getAttribute('role')).to.equal(
        'alert',
      );
    });

    it('inserts the same nodes again after the page has removed its children', async () => {
      const { element } = await mount(scenario, container);
      const input = inputOf(element, field);
      input.value = 'typed';
      element.innerHTML = '';
      await turn(element);
      expect(inputOf(element, field)).to.equal(input);
      expect(input.value).to.equal('typed');
      expect(input.form?.isConnected).to.equal(true);
    });

    it("keeps the page's own children and does not duplicate them", async () => {
      const { element } = await mount(scenario, container);
      element.insertAdjacentHTML('afterbegin', '<p slot="help">Help</p>');
      await turn(element);
      expect(element.querySelectorAll('[slot=help]').length).to.equal(1);
      expect(element.querySelectorAll(`[name="${field}"]`).length).to.equal(1);
    });

    it('a clone adopts the copied nodes and gets its own ids', async () => {
      const { element } = await mount(scenario, container);
      const clone = element.cloneNode(true) as FlowElement;
      clone.client = element.client;
      container.append(clone);
      await clone.updateComplete;
      await turn(element);
      const ids = [...container.querySelectorAll('[data-mfa][id]')].map(({ id }) => id);
      expect(new Set(ids).size).to.equal(ids.length);
      for (const key of ['form', 'submit', 'error']) {
        expect(clone.querySelectorAll(`:scope > [data-mfa=${key}]`).length, key).to.equal(1);
      }
    });

    it('keeps the typed text when it is moved', async () => {
      const { element } = await mount(scenario, container);
      const input = inputOf(element, field);
      input.value = 'typed';
      container.appendChild(document.createElement('section')).append(element);
      await turn(element);
      expect(inputOf(element, field)).to.equal(input);
      expect(input.value).to.equal('typed');
    });

    it('submits on Enter, without a submit event for the page', async () => {
      const { element, calls } = await mount(scenario, container);
      let heard = 0;
      const hear = () => {
        heard += 1;
      };
      container.addEventListener('submit', hear);
      const before = calls.length;
      type(element, field, 'something');
      const form = inputOf(element, field).form;
      expect(form?.querySelector('button') ?? element.querySelector('button[type=submit]')).to.have.property(
        'form',
        form,
      );
      form?.requestSubmit();
      await settled(element);
      expect(heard).to.equal(0);
      expect(calls.length).to.be.above(before);
    });

    it('does nothing while defer-hydration is set', async () => {
      const element = document.createElement(tag) as FlowElement;
      element.client = scriptedServer(scenario.script).client;
      element.setAttribute('defer-hydration', '');
      for (const [name, value] of Object.entries(scenario.attributes ?? {})) element.setAttribute(name, value);
      container.append(element);
      await new Promise((resolve) => setTimeout(resolve));
      expect(element.shadowRoot).to.equal(null);
      expect(element.children.length).to.equal(0);
      element.removeAttribute('defer-hydration');
      await element.updateComplete;
      expect(element.shadowRoot).not.to.equal(null);
    });

    it('reuses a declarative shadow root, the light nodes and the typed text', async () => {
      const { element: model } = await mount(scenario, container);
      const light = model.innerHTML;
      model.remove();
      const html = `<${tag} defer-hydration><template shadowrootmode="open"><p>server</p></template>${light}</${tag}>`;
      container.setHTMLUnsafe(html);
      const element = container.firstElementChild as FlowElement;
      const root = element.shadowRoot;
      inputOf(element, field).value = 'typed before';
      element.client = model.client;
      for (const [name, value] of Object.entries(scenario.attributes ?? {})) element.setAttribute(name, value);
      element.removeAttribute('defer-hydration');
      await element.updateComplete;
      expect(element.shadowRoot).to.equal(root);
      expect(root?.textContent).not.to.contain('server');
      for (const key of ['form', 'submit', 'error']) {
        expect(element.querySelectorAll(`:scope > [data-mfa=${key}]`).length, key).to.equal(1);
      }
    });

    it("is not affected by the page's styles, even with !important", async () => {
      const style = document.head.appendChild(document.createElement('style'));
      style.textContent =
        '* { color: rgb(255, 0, 0) !important; border: 9px solid red !important; margin: 7px !important; letter-spacing: 9px !important; font-size: 40px !important; text-transform: uppercase !important }';
      const { element } = await mount(scenario, container);
      const seen = getComputedStyle(inputOf(element, field));
      const heading = getComputedStyle(element.shadowRoot?.querySelector('h2') as Element);
      style.remove();
      expect(seen.borderTopWidth).to.equal('0px');
      expect(seen.marginTop).to.equal('0px');
      expect(seen.textTransform).to.equal('none');
      expect(Number.parseFloat(seen.fontSize)).to.be.below(30);
      expect(heading.color).not.to.equal('rgb(255, 0, 0)');
      expect(heading.letterSpacing).to.equal('normal');
    });

    it('dispatches events that bubble out of every shadow tree', async () => {
      const heard: CustomEvent[] = [];
      const hear = (event: Event) => heard.push(event as CustomEvent);
      document.addEventListener('mfa-step', hear);
      const { element } = await mount(scenario, container);
      type(element, field, '123456');
      submitForm(element);
      await settled(element);
      document.removeEventListener('mfa-step', hear);
      expect(heard.length).to.be.above(0);
      expect(heard[0]?.composed).to.equal(true);
      expect(heard[0]?.detail).to.have.property('type');
    });

    it('shows a text and a reload button for an unknown step', async () => {
      const strange = { ...given.done, type: 'telepathy' } as unknown as Scenario['script']['responses'][number];
      const { element } = await mount({ ...scenario, script: { ...scenario.script, responses: [strange] } }, container);
      if (element.state.name === 'idle') {
        type(element, field, 'anna');
        submitForm(element);
        await settled(element);
      }
      expect(element.shadowRoot?.querySelector('h2')?.textContent).to.contain('out of date');
      expect(element.shadowRoot?.querySelector('[part~=primary]')?.textContent?.trim()).to.equal('Reload the page');
    });
  });
};
