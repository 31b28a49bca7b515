import type { Flow, Kept, Kind, OrganisationChoice } from '@tweestap/client';
import { html, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Companion } from '../flow/companion.ts';
import { catalogues } from '../locales/catalogues.ts';
import { first } from '../locales/first.ts';
import { fill, type Key, type Language, type Messages, type Values } from '../locales/messages.ts';
import { base } from '../styles/base.ts';
import { focusField, focusStep } from './focus.ts';
import { frame } from './frame.ts';
import type { AnyView, Around, FlowClient, Inputs, Restart, Stage } from './host.ts';
import { languageOf } from './language.ts';
import { Light } from './light.ts';
import type { Screen } from './screen.ts';
import type { Failure, Shown, State } from './state.ts';

/**
 * What all elements share: one flow, one screen at a time, the first of them before any answer of the server.
 *
 * @attr {string} lang - BCP 47 language of the texts (`en`, `nl`); else that of the nearest ancestor.
 * @attr {boolean} defer-hydration - While it is set the element waits: frameworks remove it after their own hydration.
 *
 * @event {CustomEvent<StepDetail>} mfa-step - A step is shown. `type` is the step's word, `heading` what
 *   the person is to do: the page's title can follow it.
 * @event {CustomEvent<SuccessDetail>} mfa-success - The flow is
 *   done. Cancelable: else the browser goes on to the address that the server allowed, or to `return-to` of this origin.
 * @event {CustomEvent<ErrorDetail>} mfa-error - A refusal or a failure, with `problem.code`.
 * @event {CustomEvent} mfa-later - The person has put a set-up off and is logged in without it; `mfa-success` follows.
 * @event {CustomEvent} mfa-cancel - The person, or the page by `cancel()`, gave the attempt up.
 *
 * @slot logo - The page's own sign, above everything.
 * @slot heading - A line of the page's own above the heading of each step.
 * @slot help - Help of the page's own, under that of the organisation.
 * @slot footer - What stands last on each screen.
 * @slot before-<step> - What stands before the fields of that step (`classic` for the classic layout).
 * @slot after-<step> - What stands between the fields of that step and its button.
 *
 * @csspart form - The box around it all.
 * @csspart identity - Who it is about, and where: 'De Linde · anna'.
 * @csspart notice - News about the flow: it began again, or (with `expiry`) it ends soon.
 * @csspart expiry - State of `notice`: the flow ends soon.
 * @csspart heading - What the person is to do.
 * @csspart description - The sentence under the heading, and other running text.
 * @csspart field - A label, its box and its error.
 * @csspart code-field - The field of a code.
 * @csspart label - The name of a field.
 * @csspart input - The box around an input.
 * @csspart invalid - State of `input` and `code-input`: its answer was refused.
 * @csspart reveal - The button that shows the password.
 * @csspart listbox - The organisations to choose from.
 * @csspart option - One organisation.
 * @csspart active - State of `option`: where the arrow keys are.
 * @csspart none - The words when no organisation has that name.
 * @csspart code-input - The box around the places of a code.
 * @csspart waiting - State of `code-input`: the code is sent again by itself.
 * @csspart code-place - The place of one digit.
 * @csspart countdown - The ring that empties with the seconds of a code.
 * @csspart soon - State of `countdown`: a new code comes in a few seconds.
 * @csspart seconds - The words beside it.
 * @csspart remember - 'Remember me' with its box.
 * @csspart error - What is wrong and what to do.
 * @csspart clock - Where a phone's automatic time is switched on.
 * @csspart button - Every button with a box.
 * @csspart primary - The one that goes on.
 * @csspart busy - State of `primary`: a request runs.
 * @csspart progress - The line that runs along it then.
 * @csspart secondary - Other buttons.
 * @csspart method - A button that chooses a second factor.
 * @csspart link - Links, and buttons that look like one.
 * @csspart back - The link that goes back.
 * @csspart links - The other ways on, under the button.
 * @csspart actions - Buttons beside each other.
 * @csspart about - Questions and answers about a second step.
 * @csspart explanation - The organisation's own words about it.
 * @csspart deadline - Until when it may be put off.
 * @csspart methods - The ways to choose from.
 * @csspart recommended - The sign on the way that the organisation recommends.
 * @csspart note - Why, in the organisation's words.
 * @csspart apps - Free authenticator apps, by system.
 * @csspart naming - Where the authenticator gets a name.
 * @csspart name - The input of that name.
 * @csspart hint - What a new password still lacks.
 * @csspart met - State of `hint`: nothing.
 * @csspart qr - The QR code.
 * @csspart entry - How the entry is called in the app.
 * @csspart secret - The key for who can't scan.
 * @csspart recovery-codes - The list of recovery codes.
 * @csspart recovery-code - One of them.
 * @csspart tick - The sign that it is done.
 * @csspart help - The organisation's own help.
 * @csspart footer - Around the slot `footer`.
 *
 * @cssproperty [--mfa-accent=oklch(0.45 0.085 205)] - The one colour that all others are derived from.
 * @cssproperty --mfa-accent-text - The accent where it is text, line or button; derived, dark enough on the surface.
 * @cssproperty --mfa-on-accent - Text on the accent.
 * @cssproperty --mfa-surface - The ground of the box and of its inputs.
 * @cssproperty --mfa-surface-2 - The ground of notices, codes and active options.
 * @cssproperty --mfa-text - Text.
 * @cssproperty --mfa-text-soft - Soft text.
 * @cssproperty --mfa-line - Lines of controls; 3 : 1 against the surface.
 * @cssproperty --mfa-error - Errors.
 * @cssproperty --mfa-success - The sign that it is done.
 * @cssproperty [--mfa-font=system-ui, sans-serif] - Families of fonts.
 * @cssproperty [--mfa-width=25rem] - The greatest width of the box.
 * @cssproperty [--mfa-padding=32px] - The air around the content; 24px on narrow screens.
 * @cssproperty [--mfa-radius=8px] - The radius of controls.
 * @cssproperty --mfa-border - The border of the box, as the shorthand takes it.
 * @cssproperty --mfa-shadow - The shadow of the box.
 */
export abstract class FlowElement extends LitElement implements Stage {
  static override styles = base;

  static override properties: PropertyDeclarations = {
    api: {},
    organisation: {},
    returnTo: { attribute: 'return-to' },
    resume: { type: Boolean },
    client: { attribute: false },
    messages: { attribute: false },
    state: { attribute: false },
  };

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: the attributes of the subclass are wanted, not those of LitElement
    return [...super.observedAttributes, 'lang', 'defer-hydration'];
  }

  /** Mount path or address of the API. @default '/mfa/v1' */
  declare api: string;
  /** Id of the organisation: sets it, and leaves its step out. */
  declare organisation: string | null;
  /** Where to go on afterwards, if the server allows it. */
  declare returnTo: string | null;
  /** Whether a flow that a reload or a killed tab left behind is taken up. */
  declare resume: boolean;
  /** The client that makes flows, where the page brings its own. */
  declare client: FlowClient | undefined;
  /** Texts that take the place of the catalogue's. */
  declare messages: Partial<Messages> | undefined;
  /** Where the element stands. Read only. */
  declare state: State;

  /** What the present flow is for, or the next one. */
  abstract kind: Kind;

  /** The nodes in the page's own tree: what password managers fill. For the views. */
  readonly light: Light = new Light(this, (values) => this.#submitted(values));
  /** The flow whose step is shown, or undefined when there is none. Read only. */
  flow: Flow | undefined;
  /** What every screen shows besides its own. For the views. */
  around: Around | undefined;
  /** BCP 47 tag of the texts that are shown. Read only. */
  language: Language = 'en';

  #companion: Companion | undefined;
  #loading: Promise<Companion> | undefined;
  readonly #controls = new Map<unknown, unknown>();
  readonly #views = new Map<string, AnyView>();
  #complaint: { field: string; text: string } | undefined;
  #texts: Partial<Messages> = {};
  #shown: string | undefined;
  /** What is drawn now. */
  #screen: Screen | undefined;
  #announced: Flow | undefined;

  constructor() {
    super();
    this.api = '/mfa/v1';
    this.organisation = null;
    this.returnTo = null;
    this.resume = false;
    this.state = { name: 'idle' };
    this.addEventListener('input', () => {
      // What is typed after a failure is a new input, no repetition of the failed call.
      if (this.state.name !== 'failed') return;
      this.state = { name: this.flow ? 'step' : 'idle' };
      this.#companion?.controller.edited();
    });
  }

  /** The names that the user has entered; a new flow begins with them. */
  get kept(): Kept {
    return this.#companion?.controller.kept ?? {};
  }

  /** Goes on to the page after the login, when the user is asked to. For the views. */
  get goOn(): (() => void) | undefined {
    return this.#companion?.goOn;
  }

  /** What the user sees: `state`, or while the server is asked the state before. */
  get shown(): Shown {
    return this.state.name === 'busy' ? this.state.shown : this.state;
  }

  /** The name of the field that is wrong. For the views. */
  get wrong(): string | undefined {
    if (this.#complaint) return this.#complaint.field;
    const problem = this.shown.name === 'step' ? this.shown.problem : undefined;
    if (!problem) return undefined;
    return problem.is('code-early') ? 'wait' : this.flow?.step.type;
  }

  override connectedCallback(): void {
    // A framework that hydrates the page itself removes the attribute when it is ready.
    if (this.hasAttribute('defer-hydration')) return;
    this.language = languageOf(this);
    super.connectedCallback();
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (!this.isConnected) return;
    if (name === 'defer-hydration' && value === null) this.connectedCallback();
    if (name === 'lang') void this.#speak();
  }

  /** A text of the catalogue, with its `{places}` filled in. */
  text(key: Key, values?: Values): string {
    const own: Partial<Messages> = first[this.language];
    return fill(this.messages?.[key] ?? own[key] ?? this.#texts[key] ?? '', values);
  }

  /** One control of a kind, made at its first use. For the views. */
  use<T>(control: new (host: Stage) => T): T {
    const made = this.#controls.get(control) ?? new control(this);
    this.#controls.set(control, made);
    return made as T;
  }

  /** Answers the step, or starts a flow with these inputs. */
  send(inputs: Inputs): void {
    if (this.state.name === 'busy') return;
    this.busy();
    this.ask(({ controller }) => controller.submit(inputs));
  }

  /** Says what is missing before anything is sent; an empty text takes it back. For the views. */
  complain(field: string, text: string): undefined {
    this.#complaint = text ? { field, text } : undefined;
    this.requestUpdate();
    if (text) void this.updateComplete.then(() => focusField(this, true));
  }

  /** Organisations whose name matches. Rejects with an `MfaProblem`. */
  async organisations(query: string): Promise<readonly OrganisationChoice[]> {
    return (await this.#load()).controller.organisations(query);
  }

  /** Starts again with the names that were entered, or a flow of another kind. */
  restart(to?: Restart): void {
    this.busy();
    this.ask(({ controller }) => controller.restart(to));
  }

  /** Gives the attempt up. The page hears `mfa-cancel`; the element stands as it did at first. */
  async cancel(): Promise<void> {
    const ended = this.#companion?.controller.cancel();
    this.show({ name: 'idle' });
    this.dispatchEvent(new CustomEvent('mfa-cancel', { bubbles: true, composed: true }));
    await ended;
  }

  /** Shows that the server is asked. For the controller's binding. */
  busy(): void {
    if (this.state.name !== 'busy') this.state = { name: 'busy', shown: this.shown };
  }

  /** Shows where the flow is, and focuses what the user needs. For the controller's binding. */
  show(state: Shown, flow?: Flow): void {
    const before = this.state;
    this.state = state;
    if (state.name === 'idle') this.flow = undefined;
    this.#complaint = undefined;
    if (state.name !== 'step') return;
    const isNew = this.flow !== flow || this.#shown !== flow?.step.type;
    this.flow = flow;
    if (before.name === 'idle' || (before.name === 'step' && !isNew)) return;
    const form = this.shadowRoot?.querySelector<HTMLElement>('[part~=form]');
    const height = form?.offsetHeight;
    void this.updateComplete.then(() => {
      if (isNew && form && height) this.#companion?.ease(form, height);
      if (isNew) focusStep(this);
      else focusField(this);
    });
  }

  /** Takes the view of a step, to be drawn from now on. For the controller's binding. */
  learn(type: string, view: AnyView): void {
    this.#views.set(type, view);
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    // A declarative shadow root is taken over: same root, its first content drawn anew in the same task.
    (root as ShadowRoot).replaceChildren();
    this.renderOptions.renderBefore = null;
    return root;
  }

  protected override firstUpdated(): void {
    this.begin();
  }

  /** What happens right after the first screen is seen: the flow's half is fetched. */
  protected begin(): void {
    this.#load().then(
      (companion) => this.resume && companion.resume('any'),
      () => {
        // Nobody has asked for anything yet: the first answer asks again, and tells if it fails then.
      },
    );
  }

  /** Has something done by the flow's half, once it is here. */
  protected ask(work: (companion: Companion) => unknown): void {
    this.#load().then(work, (cause: unknown) => {
      const problem = Object.assign(new Error('network', { cause }), { code: 'network' as const });
      this.show({ name: 'failed', problem, again: () => this.ask(work) });
      this.dispatchEvent(new CustomEvent('mfa-error', { detail: { problem }, bubbles: true, composed: true }));
    });
  }

  protected override render(): TemplateResult {
    this.around = this.#companion?.around();
    this.#screen = this.screen(this.flow);
    return this.#screen ? frame(this, this.#screen) : this.page();
  }

  /** The screen of the step, or the one before the first answer. */
  protected screen(flow: Flow | undefined): Screen | undefined {
    return flow && this.#views.get(flow.step.type)?.(flow.step, this);
  }

  /** What is drawn where there is no screen. */
  protected page(): TemplateResult {
    return html``;
  }

  protected override updated(): void {
    this.#announce();
    const { shown } = this;
    const problem = 'problem' in shown ? shown.problem : undefined;
    this.light.say(this.#complaint?.text ?? (problem ? this.#explain(problem) : ''), this.#complaint ?? problem);
  }

  /** Tells the page which step is shown now, with its heading, so that a title can follow. */
  #announce(): void {
    const { flow } = this;
    const type = flow?.step.type;
    const isNew = flow && (flow !== this.#announced || type !== this.#shown);
    this.#shown = type;
    this.#announced = flow;
    if (!isNew) return;
    const heading = this.shadowRoot?.querySelector('#heading')?.textContent ?? '';
    this.dispatchEvent(new CustomEvent('mfa-step', { detail: { type, heading }, bubbles: true, composed: true }));
  }

  #explain(problem: Failure): string {
    return this.#companion?.explain(problem) ?? this.text('problem.network');
  }

  #submitted(values: Record<string, string>): void {
    if (this.state.name === 'busy') return;
    const inputs = this.#screen?.submit?.(values);
    if (inputs) this.send(inputs);
  }

  #load(): Promise<Companion> {
    this.#loading ??= this.#fetch().catch((error) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #fetch(): Promise<Companion> {
    const [{ Companion }] = await Promise.all([import('../flow/companion.ts'), this.#speak()]);
    const companion = new Companion(this);
    this.#companion = companion;
    this.requestUpdate();
    return companion;
  }

  async #speak(): Promise<void> {
    this.language = languageOf(this);
    this.#texts = await catalogues[this.language]();
    this.requestUpdate();
  }
}
