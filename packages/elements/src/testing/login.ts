import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import type { Script } from './scripted-server.ts';
import { mount, settled, submitForm, type } from './states/scenario.ts';

/** The container of the element under test. It is emptied after each test. */
export const container = document.createElement('div');
beforeEach(() => document.body.append(container));
afterEach(() => {
  container.replaceChildren();
  container.removeAttribute('lang');
  container.remove();
});

/** Shows `<mfa-login>` with a scripted server. */
export const login = (script: Script, attributes: Record<string, string> = { organisation: 'de-linde' }) =>
  mount({ tag: 'mfa-login', attributes, script }, container);

/** Submits the form and waits for the response. */
export const submit = async (element: FlowElement) => {
  submitForm(element);
  await settled(element);
};
/** Returns whether the flow's code is loaded. It adds its styles to the element. */
export const hasFlowCode = (element: Element): boolean => (element.shadowRoot?.adoptedStyleSheets.length ?? 0) > 1;
/** Returns the first match of a selector in the shadow tree. */
export const shadow = <T extends Element = HTMLElement>(element: Element, selector: string) =>
  element.shadowRoot?.querySelector<T>(selector) as T;
/** Returns the input with this name in the page's own tree. */
export const light = (element: Element, name: string) =>
  element.querySelector<HTMLInputElement>(`input[name="${name}"]`);
/** Returns the heading of the screen. */
export const heading = (element: Element) => shadow(element, 'h2').textContent;
/** Presses the button with this text and waits for the response. */
export const press = async (element: FlowElement, words: string) => {
  const button = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find(
    ({ textContent }) => textContent?.trim() === words,
  );
  expect(button, words).to.be.instanceOf(HTMLButtonElement);
  button?.click();
  await settled(element);
};
/** Submits a username. */
export const named = async (element: FlowElement, username = 'anna') => {
  type(element, 'username', username);
  await submit(element);
};
