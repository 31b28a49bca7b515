import type { Problem, Step } from '@tweestap/client';
import type { FlowElement } from '../../element/flow-element.ts';
import { type Call, type Script, type ScriptedResponse, scriptedServer } from '../scripted-server.ts';

/** How to put an element in a state, for a screenshot or a test. */
export interface Scenario {
  /** The tag of the element. */
  tag: 'mfa-login' | 'mfa-enroll' | 'mfa-settings';
  /** What the server sends. */
  script: Script;
  /** The attributes of the element. */
  attributes?: Record<string, string>;
  /** The actions of the user after the element was inserted. */
  act?: (element: FlowElement) => void | Promise<void>;
}

/** The help of an organisation. */
export const help = {
  text: 'Lukt het niet? Bel de helpdesk: 020 123 45 67, op werkdagen van 8 tot 17 uur.',
  url: 'https://delinde.example/hulp',
};
/** The organisation of the flows, with its help. */
export const organisation = { id: 'de-linde', name: 'De Linde', help };

/** Waits until `done` returns a truthy value. @throws Error after `ms` milliseconds */
export const until = async (done: () => unknown, ms = 8_000): Promise<void> => {
  for (let turn = 0; turn < ms / 5 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!done()) throw new Error(`not true within ${ms} ms: ${done}`);
};

/** Types into an input of the page's own tree or of the shadow tree. */
export const type = (element: FlowElement, name: string, text: string): void => {
  const selector = `[name="${name}"], #${name}`;
  const input =
    element.querySelector<HTMLInputElement>(selector) ?? element.shadowRoot?.querySelector<HTMLInputElement>(selector);
  if (!input) throw new Error(`no input ${name}`);
  input.focus();
  input.value = text;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
};

/** Submits the element's form, like Enter and the primary button. */
export const submitForm = (element: FlowElement): void =>
  element.querySelector<HTMLFormElement>(':scope > form[data-mfa=form]')?.requestSubmit();

/** Waits until no request is running and the element is rendered. */
export const settled = async (element: FlowElement): Promise<void> => {
  await until(() => element.state.name !== 'busy');
  await element.updateComplete;
};

/** Enters a username, and waits for the first response. */
export const begun = async (element: FlowElement): Promise<void> => {
  await element.updateComplete;
  type(element, 'username', 'anna');
  submitForm(element);
  await settled(element);
};

/** A state of the login at this step. */
export const at = (step: Step, more: Partial<Script> = {}): Scenario => ({
  tag: 'mfa-login',
  attributes: { organisation: 'de-linde' },
  script: { responses: [step], organisation, ...more },
  act: begun,
});

/** A state after a text was refused in a field. */
export const refused = (
  step: Step,
  field: string,
  text: string,
  refuse: Partial<Problem> & { code: Problem['code'] },
  more: { status?: number; retryAfter?: number } = {},
): Scenario => {
  const { status, ...rest } = more;
  const response: ScriptedResponse = { refuse: { ...refuse, ...(status ? { status } : {}) }, step, ...rest };
  return {
    ...at(step, { responses: [step, response] }),
    act: async (element) => {
      await begun(element);
      type(element, field, text);
      if (element.state.name === 'step') submitForm(element);
      await settled(element);
    },
  };
};

/** A state of the set-up at this step. */
export const enroll = (step: Step, more: Partial<Script> = {}): Scenario => ({
  tag: 'mfa-enroll',
  script: { responses: [step], organisation, kind: 'enroll', ...more },
  act: settled,
});

/** Inserts an element and puts it in a state. */
export const mount = async (
  scenario: Scenario,
  parent: Element,
  attributes: Record<string, string> = {},
): Promise<{ element: FlowElement; calls: Call[] }> => {
  const element = document.createElement(scenario.tag) as FlowElement;
  const { client, calls } = scriptedServer({ ...scenario.script, responses: [...scenario.script.responses] });
  element.client = client;
  for (const [name, value] of Object.entries({ ...scenario.attributes, ...attributes }))
    element.setAttribute(name, value);
  parent.append(element);
  await element.updateComplete;
  await scenario.act?.(element);
  await element.updateComplete;
  return { element, calls };
};
