import { expect } from '@open-wc/testing';
import '../mfa-login/mfa-login.ts';
import type { FlowElement } from '../element/flow-element.ts';
import { given, organisations } from '../testing/states/given.ts';
import { mount, settled, submitForm, type, until } from '../testing/states/scenario.ts';

const hostile = { id: 'hostile', name: '<img src=x onerror=alert(1)>' };

let container: HTMLElement;
beforeEach(() => {
  container = document.body.appendChild(document.createElement('div'));
});
afterEach(() => container.remove());

const box = (element: FlowElement) => element.shadowRoot?.querySelector('[role=combobox]') as HTMLInputElement;
const options = (element: FlowElement) => [...(element.shadowRoot?.querySelectorAll('[role=option]') ?? [])];
const key = async (element: FlowElement, name: string) => {
  box(element).dispatchEvent(
    new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true }),
  );
  await element.updateComplete;
};
const opened = async () => {
  const made = await mount(
    { tag: 'mfa-login', script: { responses: [given.username], organisations: [...organisations, hostile] } },
    container,
  );
  box(made.element).focus();
  await key(made.element, 'ArrowDown');
  await until(() => options(made.element).length > 0);
  return made;
};

describe('K2 choosing the organisation by its name', () => {
  it('opens with an arrow key, moves with it, and reports the active option', async () => {
    const { element } = await opened();
    expect(box(element).getAttribute('aria-expanded')).to.equal('true');
    await key(element, 'ArrowDown');
    const active = () => element.shadowRoot?.getElementById(box(element).getAttribute('aria-activedescendant') ?? '');
    const first = active();
    expect(first?.getAttribute('role')).to.equal('option');
    await key(element, 'ArrowUp');
    expect(active()?.textContent).to.equal(hostile.name);
    await key(element, 'ArrowDown');
    expect(active()).to.equal(first);
  });

  it('submits a full name that was entered before the list arrived once the list arrives', async () => {
    const { element, calls } = await mount(
      { tag: 'mfa-login', script: { responses: [given.username], organisations: [...organisations, hostile] } },
      container,
    );
    type(element, 'organisation', 'De Linde');
    submitForm(element);
    await until(() => calls.some(({ path, method }) => method === 'POST' && path.endsWith('/flows')));
    const sent = calls.find(({ method }) => method === 'POST');
    expect(sent?.body.inputs).to.deep.equal([{ step: 'organisation', organisation: 'de-linde' }]);
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('');
  });

  it('selects the active option on Enter, and submits on a second Enter', async () => {
    const { element, calls } = await opened();
    await key(element, 'ArrowDown');
    const name = element.shadowRoot?.querySelector('[part~=active]')?.textContent;
    const before = calls.length;
    await key(element, 'Enter');
    expect(box(element).value).to.equal(name);
    expect(box(element).getAttribute('aria-expanded')).to.equal('false');
    expect(calls.length).to.equal(before);
    await key(element, 'Enter');
    await settled(element);
    expect(calls.at(-1)?.path).to.equal('/flows');
  });

  it('closes on Escape and selects nothing', async () => {
    const { element } = await opened();
    await key(element, 'ArrowDown');
    await key(element, 'Escape');
    expect(box(element).getAttribute('aria-expanded')).to.equal('false');
    expect(box(element).value).to.equal('');
  });

  it('selects the option that is pressed', async () => {
    const { element, calls } = await opened();
    (options(element)[1] as HTMLElement).click();
    await element.updateComplete;
    expect(box(element).value).to.equal(organisations[1]?.name);
    submitForm(element);
    await settled(element);
    expect(calls.at(-1)?.body.inputs).to.deep.equal([{ step: 'organisation', organisation: organisations[1]?.id }]);
  });

  it('searches the typed text on the server, and submits the only match', async () => {
    const { element, calls } = await opened();
    type(element, 'organisation', 'water');
    await until(() => options(element).length === 1);
    expect(calls.at(-1)?.path).to.equal('/organisations?q=water');
    submitForm(element);
    await settled(element);
    expect(calls.at(-1)?.body.inputs).to.deep.equal([{ step: 'organisation', organisation: 'waterland' }]);
  });

  it('reports a name that no organisation has, and submits nothing', async () => {
    const { element, calls } = await opened();
    type(element, 'organisation', 'zzz');
    await until(() => element.shadowRoot?.querySelector('[role=status]')?.textContent);
    submitForm(element);
    await element.updateComplete;
    expect(element.querySelector('[role=alert]')?.textContent).to.equal('Choose your organisation from the list.');
    expect(calls.every(({ path }) => path.startsWith('/organisations'))).to.equal(true);
  });

  it('reports a search that fails, and keeps the typed text', async () => {
    const { element } = await mount({ tag: 'mfa-login', script: { responses: [] } }, container);
    type(element, 'organisation', 'de');
    const error = element.querySelector('[role=alert]');
    await until(() => error?.textContent);
    expect(error?.textContent).to.contain('There’s no connection');
    expect(box(element).value).to.equal('de');
    expect(box(element).selectionEnd).to.equal(box(element).selectionStart);
  });

  it('shows a hostile name as text (R78 in part)', async () => {
    const { element } = await opened();
    expect(options(element).at(-1)?.textContent).to.equal(hostile.name);
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
  });

  it('filters the organisations of the step in the page, ignoring diacritics', async () => {
    const few = { ...given.organisation, organisations: [{ id: 'e', name: 'Één School' }, ...organisations] };
    const { element, calls } = await mount(
      {
        tag: 'mfa-login',
        attributes: { resume: '' },
        script: { responses: [], left: few },
        act: async (element) => {
          await until(() => element.state.name === 'step');
          await element.updateComplete;
        },
      },
      container,
    );
    type(element, 'organisation', 'een s');
    await element.updateComplete;
    expect(options(element).map(({ textContent }) => textContent)).to.deep.equal(['Één School']);
    expect(calls).to.have.length(1);
  });
});
