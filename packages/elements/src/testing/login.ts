import { expect } from '@open-wc/testing';
import type { FlowElement } from '../element/flow-element.ts';
import type { Script } from './scripted-server.ts';
import { settled, stand, submitForm, type } from './states.ts';

/** A place in the page that each test gets anew. */
export const room = document.createElement('div');
beforeEach(() => document.body.append(room));
afterEach(() => {
  room.replaceChildren();
  room.removeAttribute('lang');
  room.remove();
});

export const login = (script: Script, attributes: Record<string, string> = { organisation: 'de-linde' }) =>
  stand({ tag: 'mfa-login', attributes, script }, room);

export const submit = async (element: FlowElement) => {
  submitForm(element);
  await settled(element);
};
/** Whether the code of the flow has been fetched: it brings its styles along. */
export const hasFlowCode = (element: Element): boolean => (element.shadowRoot?.adoptedStyleSheets.length ?? 0) > 1;
export const shadow = <T extends Element = HTMLElement>(element: Element, selector: string) =>
  element.shadowRoot?.querySelector<T>(selector) as T;
export const light = (element: Element, name: string) =>
  element.querySelector<HTMLInputElement>(`input[name="${name}"]`);
export const heading = (element: Element) => shadow(element, 'h2').textContent;
export const press = async (element: FlowElement, words: string) => {
  const button = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find(
    ({ textContent }) => textContent?.trim() === words,
  );
  expect(button, words).to.be.instanceOf(HTMLButtonElement);
  button?.click();
  await settled(element);
};
export const until = async (done: () => unknown) => {
  for (let turn = 0; turn < 300 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done(), 'in time').to.be.ok;
};
export const named = async (element: FlowElement, username = 'anna') => {
  type(element, 'username', username);
  await submit(element);
};
