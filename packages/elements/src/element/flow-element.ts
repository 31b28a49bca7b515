import type { FlowClient, FlowState } from '@tweestap/client';
import { LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Messages } from '../locales/messages.ts';
import { base } from '../styles/base.ts';
import type { ElementPart, Failure } from '../view/host.ts';
import { ViewHost } from './view-host.ts';

/**
 * What all elements have in common: one flow, one screen at a time, the first of them before any answer of the server.
 * Its public members are the documented ones; all else is in `ViewHost`.
 *
 * @attr {string} lang - BCP 47 language of the texts (`en`, `nl`); else that of the nearest ancestor.
 * @attr {boolean} defer-hydration - While it is set the element waits: frameworks remove it after their own hydration.
 *
 * @event {CustomEvent<StepDetail>} mfa-step - A step is shown. `type` is the type of the step, `heading` its
 *   heading: the page's title can follow it.
 * @event {CustomEvent<SuccessDetail>} mfa-success - The flow is done.
 *   Cancelable: by default the browser goes to the address that the server allowed, or to `return-to` of this origin.
 * @event {CustomEvent<ErrorDetail>} mfa-error - An input was refused or a call failed, with `problem.code`.
 * @event {CustomEvent} mfa-later - The user has postponed a set-up and is logged in without it; `mfa-success` follows.
 * @event {CustomEvent} mfa-cancel - The user, or the page by `cancel()`, has given the flow up.
 *
 * @slot logo - The page's logo, above everything.
 * @slot heading - A line of the page's own above the heading of each step.
 * @slot help - Help of the page's own, under that of the organisation.
 * @slot footer - The last content of each screen.
 * @slot before-<step> - Content before the fields of that step (`classic` for the classic layout).
 * @slot after-<step> - Content between the fields of that step and its button.
 *
 * @csspart form - The box around the whole screen.
 * @csspart identity - The organisation and the username: 'De Linde · anna'.
 * @csspart notice - A notice about the flow: it has started again, or (with `expiry`) it ends soon.
 * @csspart expiry - State of `notice`: the flow ends soon.
 * @csspart heading - The heading of the step.
 * @csspart description - The sentence under the heading, and other running text.
 * @csspart field - A label, its box and its error.
 * @csspart code-field - The field of a code.
 * @csspart label - The name of a field.
 * @csspart input - The box around an input.
 * @csspart invalid - State of `input` and `code-input`: its input was refused.
 * @csspart reveal - The button that shows the password.
 * @csspart listbox - The organisations to choose from.
 * @csspart option - One organisation.
 * @csspart active - State of `option`: where the arrow keys are.
 * @csspart none - The text shown when no organisation has that name.
 * @csspart code-input - The box around the places of a code.
 * @csspart waiting - State of `code-input`: the code is sent again by itself.
 * @csspart code-place - The place of one digit.
 * @csspart countdown - The ring that empties with the seconds of a code.
 * @csspart soon - State of `countdown`: a new code comes in a few seconds.
 * @csspart seconds - The seconds in words.
 * @csspart remember - The checkbox 'Remember me' with its label.
 * @csspart error - What is wrong and what to do.
 * @csspart clock - How to switch on a phone's automatic time.
 * @csspart button - Every button with a box.
 * @csspart primary - The button that submits the step.
 * @csspart busy - State of `primary`: a request runs.
 * @csspart progress - The progress line of a busy button.
 * @csspart secondary - Other buttons.
 * @csspart method - A button that chooses a second factor.
 * @csspart link - Links, and buttons that look like one.
 * @csspart back - The link that goes back.
 * @csspart links - Links and other buttons under the primary button.
 * @csspart actions - Buttons beside each other.
 * @csspart about - Questions and answers about a second step.
 * @csspart explanation - The organisation's own explanation of it.
 * @csspart deadline - Until when the set-up can be postponed.
 * @csspart methods - The methods to choose from.
 * @csspart recommended - The label of the method that the organisation recommends.
 * @csspart note - The organisation's note about a method.
 * @csspart apps - Free authenticator apps, by system.
 * @csspart naming - Where the user names the authenticator.
 * @csspart name - The input of that name.
 * @csspart hint - What a new password still needs.
 * @csspart met - State of `hint`: the password meets all rules.
 * @csspart qr - The QR code.
 * @csspart entry - The name of the entry in the app.
 * @csspart secret - The key for users who can't scan the QR code.
 * @csspart recovery-codes - The list of recovery codes.
 * @csspart recovery-code - One recovery code.
 * @csspart tick - The tick of a finished flow.
 * @csspart help - The organisation's own help.
 * @csspart footer - Around the slot `footer`.
 *
 * @cssproperty [--mfa-accent=oklch(0.45 0.085 205)] - The one colour that all others are derived from.
 * @cssproperty --mfa-accent-text - The accent where it is text, line or button; derived, dark enough on the surface.
 * @cssproperty --mfa-on-accent - Text on the accent.
 * @cssproperty --mfa-surface - The background of the box and of its inputs.
 * @cssproperty --mfa-surface-2 - The background of notices, codes and active options.
 * @cssproperty --mfa-text - Text.
 * @cssproperty --mfa-text-soft - Soft text.
 * @cssproperty --mfa-line - Lines of controls; 3 : 1 against the surface.
 * @cssproperty --mfa-error - Errors.
 * @cssproperty --mfa-success - The tick of a finished flow.
 * @cssproperty [--mfa-font=system-ui, sans-serif] - The font family.
 * @cssproperty [--mfa-width=25rem] - The maximum width of the box.
 * @cssproperty [--mfa-padding=32px] - The space around the content; 24px on narrow screens.
 * @cssproperty [--mfa-radius=8px] - The radius of controls.
 * @cssproperty --mfa-border - The border of the box, as the shorthand takes it.
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
    // biome-ignore lint/complexity/noThisInStatic: the attributes of the subclass are wanted, not those of LitElement
    return [...super.observedAttributes, 'lang', 'defer-hydration'];
  }

  /** Mount path or address of the API. @default '/mfa/v1' */
  declare api: string;
  /** Id of the organisation: sets it, and leaves its step out. @default null */
  declare organisation: string | null;
  /** Where to go on afterwards, if the server allows it. @default null */
  declare returnTo: string | null;
  /** Whether a flow that a reload or a killed tab left behind is taken up. @default false */
  declare resume: boolean;
  /** The client that makes flows, where the page brings its own. @default one for `api` */
  declare client: FlowClient | undefined;
  /** Texts that replace those of the catalogue. @default undefined */
  declare messages: Partial<Messages> | undefined;

  readonly #host: ViewHost;

  constructor(part: (host: ViewHost) => ElementPart) {
    super();
    this.api = '/mfa/v1';
    this.organisation = null;
    this.returnTo = null;
    this.resume = false;
    this.#host = new ViewHost(this, part);
  }

  /** Where the flow is: `idle`, `busy`, `step` or `failed`. Read only. */
  get state(): FlowState<Failure> {
    return this.#host.state;
  }

  /** Gives the flow up. The page gets `mfa-cancel`, and the element shows its first screen. Resolves when the server has ended the flow, or cannot be reached. */
  cancel(): Promise<void> {
    return this.#host.cancel();
  }

  override connectedCallback(): void {
    // A framework that hydrates the page itself removes the attribute when it is ready.
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
    // A declarative shadow root is taken over: same root, its first content drawn anew in the same task.
    (root as ShadowRoot).replaceChildren();
    this.renderOptions.renderBefore = null;
    return root;
  }

  protected override firstUpdated(): void {
    this.#host.part.begin();
  }

  protected override render(): TemplateResult {
    return this.#host.render();
  }

  protected override updated(): void {
    this.#host.drawn();
  }
}

/** Defines an element once: a second copy of this module, or of the whole library, is harmless. */
export const define = (tag: string, element: CustomElementConstructor): void => {
  if (!customElements.get(tag)) customElements.define(tag, element);
};
