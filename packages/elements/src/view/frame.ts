import { html, nothing, type TemplateResult } from 'lit';
import type { Host, Screen } from './host.ts';

/** The line that shows the error. Its text is in the page's own tree. */
export const errorLine = (): TemplateResult => html`
  <div part="error">
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.2 15.2 14H.8zM8 6v4m0 1.4v1.2" /></svg>
    <slot name="mfa-error"></slot>
  </div>
`;

/**
 * The primary button. While a request is running it keeps its width and text, and shows a progress line. While the browser asks
 * for a passkey (`waits`) it can still be pressed, because the browser may have lost its prompt.
 */
const button = (words: string, busy: boolean, waits: boolean, press: () => void): TemplateResult => html`
  <button part=${waits ? 'button primary busy' : 'button primary'} type="button" aria-disabled=${busy} @click=${press}>
    ${words}${waits ? html`<span part="progress"></span>` : nothing}
  </button>
`;

const enter = (event: KeyboardEvent, host: Host): void => {
  // An input in the shadow tree has no form, so Enter would do nothing there.
  const { target } = event;
  if (event.key !== 'Enter' || event.defaultPrevented || !(target instanceof HTMLInputElement)) return;
  if (target.getRootNode() === host.element.shadowRoot) host.light.requestSubmit();
};

/** Renders a screen in the frame that all screens have in common. */
export const frame = (host: Host, screen: Screen): TemplateResult => {
  const busy = host.state.name === 'busy';
  const failed = host.shown.name === 'failed' ? host.shown : undefined;
  const primary = failed ? host.text('retry') : screen.primary;
  const press = failed?.again ?? screen.onPrimary ?? (() => host.light.requestSubmit());
  return html`
    <div part="form" role="group" lang=${host.language} aria-labelledby="heading" aria-describedby=${screen.description ? 'about' : nothing} @keydown=${(event: KeyboardEvent) => enter(event, host)}>
      <slot name="logo"></slot>
      ${host.commonContent?.top}
      <slot name="heading"></slot>
      <h2 part="heading" id="heading">${screen.heading}</h2>
      ${screen.description ? html`<p part="description" id="about">${screen.description}</p>` : nothing}
      <slot name="before-${screen.name}"></slot>
      ${screen.fields ?? nothing}
      <slot name="after-${screen.name}"></slot>
      ${failed || host.wrong === 'passkey' || (host.wrong !== undefined && !screen.fields) ? errorLine() : nothing}
      ${primary ? button(primary, busy, busy || !!screen.isAsking, press) : nothing}
      ${screen.links ? html`<div part="links">${screen.links}</div>` : nothing}
      ${host.commonContent?.help}
      <slot name="help"></slot>
      <div part="footer"><slot name="footer"></slot></div>
    </div>
  `;
};

/**
 * Moves the focus to a node of the shadow tree. A heading is focusable only while it has the focus, so that a dialog that opens
 * focuses the field below it.
 */
export const focusOn = (host: Host, selector: string, options?: FocusOptions): void => {
  const node = host.element.shadowRoot?.querySelector<HTMLElement>(selector);
  if (node?.matches('h2:not([tabindex])')) {
    node.tabIndex = -1;
    node.addEventListener('blur', () => node.removeAttribute('tabindex'), { once: true });
  }
  node?.focus(options);
};

/**
 * Moves the focus to the field whose input was refused, otherwise to the first field. Its text is selected, or removed if it is
 * a refused code, so that typing replaces it. Returns whether there is a field.
 * @param keep leaves the text as it is, because the user has just typed it, or has not typed yet
 */
export const focusField = (host: Host, keep = false, options?: FocusOptions): boolean => {
  const { element } = host;
  const find = (inner: string, light = '') =>
    element.shadowRoot?.querySelector<HTMLInputElement>(`${inner} input${light}`) ??
    element.querySelector<HTMLInputElement>(`:scope > input[data-mfa]:not([readonly])${light}`);
  const field = find('', '[aria-invalid=true]') ?? find('[part~=input]');
  field?.focus(options);
  if (keep || !field) return field !== undefined;
  if (field.autocomplete !== 'one-time-code') field.select();
  else if (host.wrong && host.wrong !== 'wait') field.value = '';
  return true;
};
