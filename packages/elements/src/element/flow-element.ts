import type { FlowClient, FlowState } from '@tweestap/client';
import { LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Messages } from '../locales/messages.ts';
import { base } from '../styles/base.ts';
import type { ElementPart, Failure } from '../view/host.ts';
import { ViewHost } from './view-host.ts';

/**
 * The base class of all elements. An element runs one flow and shows one screen at a time; the first screen needs no
 * response from the server. The documented members are the only public ones; everything else is in `ViewHost`.
 *
 * @attr {string} lang - BCP 47 language of the texts (`en`, `nl`). Default the language of the nearest ancestor.
 * @attr {boolean} autofocus - The first field gets the focus when the element or a dialog around it is shown.
 * @attr {boolean} defer-hydration - The element does nothing while this is set. Frameworks remove it after their own hydration.
 *
 * @event {CustomEvent<StepDetail>} mfa-step - A step is shown. `type` is the type of the step. `heading` is its
 *   heading, which the page can use as its title.
 * @event {CustomEvent<SuccessDetail>} mfa-success - The flow is done.
 *   Cancelable: by default the browser goes to the address that the server allowed, or to `return-to` if it has this origin.
 * @event {CustomEvent<ErrorDetail>} mfa-error - An input was refused or a call failed, with `problem.code`.
 * @event {CustomEvent} mfa-later - The user has deferred an enrolment and is logged in without it; `mfa-success` follows.
 * @event {CustomEvent} mfa-cancel - The user has cancelled the flow, or the page has called `cancel()`.
 *
 * @slot logo - The page's logo, at the top.
 * @slot heading - A line of the page above the heading of each step.
 * @slot help - Help of the page, below the organisation's help.
 * @slot footer - The last content of each screen.
 * @slot before-<step> - Content before the fields of that step (`classic` for the classic layout).
 * @slot after-<step> - Content between the fields of that step and its button.
 *
 * @csspart form - The box around the whole screen.
 * @csspart identity - The organisation and the username: 'De Linde · anna'.
 * @csspart notice - A notice about the flow: it has started again, or (with `expiry`) it expires soon.
 * @csspart expiry - State of `notice`: the flow expires soon.
 * @csspart heading - The heading of the step.
 * @csspart description - The sentence below the heading, and other running text.
 * @csspart field - A label, its box and its error.
 * @csspart code-field - The field of a code.
 * @csspart label - The label of a field.
 * @csspart input - The box around an input.
 * @csspart invalid - State of `input` and `code-input`: its input was refused.
 * @csspart reveal - The button that shows the password.
 * @csspart listbox - The organisations to choose from.
 * @csspart option - One organisation.
 * @csspart active - State of `option`: the arrow keys have moved to it.
 * @csspart none - The text shown when no organisation has that name.
 * @csspart code-input - The box around the places of a code.
 * @csspart waiting - State of `code-input`: the code will be sent again automatically.
 * @csspart code-place - The place of one digit.
 * @csspart countdown - The ring that shows how long the current code is still valid.
 * @csspart soon - State of `countdown`: the next code appears in a few seconds.
 * @csspart seconds - The remaining seconds as text.
 * @csspart remember - The checkbox 'Remember me' with its label.
 * @csspart error - What is wrong and what to do.
 * @csspart clock - Instructions for the automatic time of a phone.
 * @csspart button - Every button with a box.
 * @csspart primary - The button that submits the step.
 * @csspart busy - State of `primary` and `secondary`: a request is running, or the browser asks for a passkey.
 * @csspart progress - The progress line of a busy button.
 * @csspart secondary - Other buttons.
 * @csspart method - A button that chooses a second factor.
 * @csspart link - Links, and buttons that look like a link.
 * @csspart back - The link to the previous step.
 * @csspart links - Links and other buttons below the primary button.
 * @csspart other-ways - The other methods, behind one link.
 * @csspart actions - Buttons next to each other.
 * @csspart about - Questions and answers about two-step login.
 * @csspart explanation - The organisation's own explanation of two-step login.
 * @csspart deadline - The date until which the enrolment can be deferred.
 * @csspart methods - The methods to choose from.
 * @csspart recommended - The label of the method that the organisation recommends.
 * @csspart note - The organisation's note about a method.
 * @csspart apps - Free authenticator apps, by system.
 * @csspart naming - The optional name of the authenticator.
 * @csspart name - The input of that name.
 * @csspart hint - The rule that a new password does not meet yet.
 * @csspart met - State of `hint`: the password meets all rules.
 * @csspart number - The number to enter on the phone.
 * @csspart waiting-line - The line that says what the screen waits for.
 * @csspart checks - What to check when a request does not reach the phone.
 * @csspart qr - The QR code.
 * @csspart entry - The name of the entry in the app.
 * @csspart secret - The key for users who can't scan the QR code.
 * @csspart recovery-codes - The list of recovery codes.
 * @csspart recovery-code - One recovery code.
 * @csspart tick - The tick of a finished flow.
 * @csspart help - The organisation's own help.
 * @csspart footer - The box around the slot `footer`.
 *
 * @cssproperty [--mfa-accent=light-dark(oklch(0.45 0.085 205), oklch(0.78 0.085 205))] - The colour of the primary button, from which all other colours are derived.
 * @cssproperty --mfa-accent-text - The accent for text and lines; derived, with enough contrast to the surface.
 * @cssproperty --mfa-on-accent - The colour of text on the primary button; black or white, by contrast.
 * @cssproperty --mfa-surface - The background of the box and of its inputs.
 * @cssproperty --mfa-surface-2 - The background of notices, codes and active options.
 * @cssproperty --mfa-text - The colour of text.
 * @cssproperty --mfa-text-soft - The colour of secondary text.
 * @cssproperty --mfa-line - The colour of the borders of controls; contrast 3 : 1 against the surface.
 * @cssproperty --mfa-error - The colour of errors.
 * @cssproperty --mfa-success - The colour of the tick of a finished flow.
 * @cssproperty [--mfa-font=system-ui, sans-serif] - The font family.
 * @cssproperty [--mfa-font-size=max(1rem, 16px)] - The size of the text. The other sizes follow it; that of inputs is at least 16px.
 * @cssproperty [--mfa-width=25em] - The maximum width of the box.
 * @cssproperty [--mfa-padding=32px] - The space around the content; 24px on narrow screens.
 * @cssproperty [--mfa-radius=8px] - The corner radius of controls.
 * @cssproperty --mfa-border - The border of the box, as a value of the shorthand `border`.
 * @cssproperty --mfa-shadow - The shadow of the box.
 */
export abstract class FlowElement extends LitElement {
  static override styles = base;

  static override properties: PropertyDeclarations = {
    api: {},
    organisation: {},
    returnTo: { attribute: 'return-to' },
    resume: { type: Boolean },
    client: { attribute: false },
    messages: { attribute: false },
  };

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: `super` must see the properties of the subclass, not those of LitElement
    return [...super.observedAttributes, 'lang', 'defer-hydration'];
  }

  /** Mount path or absolute URL of the API. @default '/mfa/v1' */
  declare api: string;
  /** Id of the organisation. If it is set, the user does not choose one. @default null */
  declare organisation: string | null;
  /** Address to continue at after the flow. It is used if the server allows it or it has this origin. @default null */
  declare returnTo: string | null;
  /** Whether the element resumes a flow that a reload or a closed tab interrupted. @default false */
  declare resume: boolean;
  /** The client that starts flows. @default a client for `api` */
  declare client: FlowClient | undefined;
  /** Texts of the page that replace the element's own texts. @default undefined */
  declare messages: Partial<Messages> | undefined;

  readonly #host: ViewHost;
  #served: readonly ChildNode[] = [];

  constructor(part: (host: ViewHost) => ElementPart) {
    super();
    this.api = '/mfa/v1';
    this.organisation = null;
    this.returnTo = null;
    this.resume = false;
    this.#host = new ViewHost(this, part);
  }

  /** The state of the flow: `idle`, `busy`, `step` or `failed`. Read-only. */
  get state(): FlowState<Failure> {
    return this.#host.state;
  }

  /** Cancels the flow. The element shows its first screen and dispatches `mfa-cancel`. Resolves when the server has ended the flow or can't be reached. */
  cancel(): Promise<void> {
    return this.#host.cancel();
  }

  /** Moves the focus to the field of the screen, or to its heading if there is no field. The attribute `autofocus` does this on its own. */
  override focus(options?: FocusOptions): void {
    if (this.hasUpdated) this.#host.focus(options);
    else void this.updateComplete.then(() => this.#host.focus(options));
  }

  override connectedCallback(): void {
    // A framework that hydrates the page removes the attribute when it is ready.
    if (this.hasAttribute('defer-hydration')) return;
    this.#host.connected();
    super.connectedCallback();
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (!this.isConnected) return;
    if (name === 'defer-hydration' && value === null) this.connectedCallback();
    if (name === 'lang') void this.#host.speak();
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    // An existing declarative shadow root is reused. The server's nodes stay until the first screen is rendered after them.
    this.#served = [...root.childNodes];
    this.renderOptions.renderBefore = null;
    // Content of the page has a row of its own. CSS can't tell whether a slot has content.
    root.addEventListener('slotchange', ({ target }) => {
      const slot = target as HTMLSlotElement;
      slot.toggleAttribute('data-row', !/^mfa-/.test(slot.name) && slot.assignedElements().length > 0);
    });
    return root;
  }

  /** Waits for the code of a screen from the server that this file alone can't render. */
  protected override scheduleUpdate(): Promise<void> | undefined {
    const ready = this.#served[0] && !this.hasUpdated ? this.#host.part.ready?.() : undefined;
    if (ready) return ready.then(() => this.performUpdate());
    this.performUpdate();
    return undefined;
  }

  protected override firstUpdated(): void {
    this.#replaceServed();
    this.#host.part.begin();
    // The browser ignores the attribute on an element that is not focusable itself. The focus is not taken from another field.
    if (this.autofocus && document.activeElement?.contains(this)) this.focus();
  }

  /** Removes the nodes of the server, and keeps what the user has typed there. Inputs in the light tree stay the same nodes. */
  #replaceServed(): void {
    const root = this.renderRoot as ShadowRoot;
    const [old, input] = root.querySelectorAll('input');
    const focused = root.activeElement;
    for (const node of this.#served) node.remove();
    if (!old || !input) return;
    if (old.value) {
      input.value = old.value;
      input.dispatchEvent(new Event('input'));
    }
    if (focused !== old) return;
    input.focus();
    input.setSelectionRange(old.selectionStart, old.selectionEnd);
  }

  protected override shouldUpdate(): boolean {
    return !this.#host.isBetween;
  }

  protected override render(): TemplateResult {
    return this.#host.render();
  }

  protected override updated(): void {
    this.#host.drawn();
  }
}

/** Defines an element in a browser, if its tag is not defined yet: a second copy of the library does not throw. */
export const define = (tag: string, element: CustomElementConstructor): void => {
  // A server imports the modules too, and has no registry.
  const { customElements } = globalThis;
  if (customElements && !customElements.get(tag)) customElements.define(tag, element);
};
