import type { Flow, Kind, OrganisationChoice, Step } from '@tweestap/client';
import { html, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Companion } from '../flow/companion.ts';
import { catalogues } from '../locales/catalogues.ts';
import { first } from '../locales/first.ts';
import { fill, type Key, type Language, type Messages, type Values } from '../locales/messages.ts';
import { steps } from '../steps/index.ts';
import { base } from '../styles/base.ts';
import { collect } from './frame.ts';
import type { Around, FlowClient, Inputs, Stage } from './host.ts';
import { languageOf } from './language.ts';
import { Light } from './light.ts';
import type { Failure, Kept, Shown, State } from './state.ts';

type AnyView = (step: Step, host: Stage) => TemplateResult;

/** What all elements share: one flow, one screen at a time, the first of them before any answer of the server. */
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

  declare api: string;
  declare organisation: string | null;
  declare returnTo: string | null;
  declare resume: boolean;
  declare client: FlowClient | undefined;
  declare messages: Partial<Messages> | undefined;
  declare state: State;

  abstract readonly kind: Kind;

  readonly light: Light = new Light(this, (values) => this.#submitted(values));
  flow: Flow | undefined;
  kept: Kept = {};
  around: Around | undefined;
  language: Language = 'en';

  #companion: Companion | undefined;
  #loading: Promise<Companion> | undefined;
  readonly #controls = new Map<unknown, unknown>();
  readonly #views = new Map<string, AnyView>();
  #complaint: { field: string; text: string } | undefined;
  #texts: Partial<Messages> = {};
  #shown: string | undefined;

  constructor() {
    super();
    this.api = '/mfa/v1';
    this.organisation = null;
    this.returnTo = null;
    this.resume = false;
    this.state = { name: 'idle' };
    this.addEventListener('input', () => {
      // What is typed after a failure is a new answer, no second try of the old one.
      if (this.state.name === 'failed') this.state = { name: this.flow ? 'step' : 'idle' };
    });
    for (const [type, view] of Object.entries(steps)) {
      if (typeof view === 'function') this.#views.set(type, view as AnyView);
    }
  }

  get shown(): Shown {
    return this.state.name === 'busy' ? this.state.shown : this.state;
  }

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

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => this.isConnected || this.#companion?.stop());
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (!this.isConnected) return;
    if (name === 'defer-hydration' && value === null) this.connectedCallback();
    if (name === 'lang') void this.#speak();
  }

  text(key: Key, values?: Values): string {
    const own: Partial<Messages> = first[this.language];
    return fill(this.messages?.[key] ?? own[key] ?? this.#texts[key] ?? '', values);
  }

  use<T>(control: new (host: Stage) => T): T {
    const made = this.#controls.get(control) ?? new control(this);
    this.#controls.set(control, made);
    return made as T;
  }

  send(inputs: Inputs): void {
    if (this.state.name === 'busy') return;
    this.busy();
    this.ask((companion) => companion.send(inputs));
  }

  complain(field: string, text: string): undefined {
    this.#complaint = { field, text };
    this.requestUpdate();
    void this.updateComplete.then(() => this.#focusField());
  }

  async organisations(query: string): Promise<readonly OrganisationChoice[]> {
    return (await this.#load()).organisations(query);
  }

  restart(): void {
    this.ask((companion) => companion.restart());
  }

  /** Gives the attempt up. The page hears `mfa-cancel`; the element stands as it did at first. */
  async cancel(): Promise<void> {
    await this.#companion?.cancel();
    this.kept = {};
    this.show({ name: 'idle' });
    this.dispatchEvent(new CustomEvent('mfa-cancel', { bubbles: true, composed: true }));
  }

  busy(): void {
    this.state = { name: 'busy', shown: this.shown };
  }

  show(state: Shown, flow?: Flow): void {
    const before = this.state;
    this.state = state;
    if (state.name === 'idle') this.flow = undefined;
    this.#complaint = undefined;
    if (state.name !== 'step') return;
    const isNew = this.flow !== flow || this.#shown !== flow?.step.type;
    this.flow = flow;
    if (isNew && flow) {
      const detail = { type: flow.step.type };
      this.dispatchEvent(new CustomEvent('mfa-step', { detail, bubbles: true, composed: true }));
    }
    if (before.name === 'idle') return;
    const form = this.shadowRoot?.querySelector<HTMLElement>('[part~=form]');
    const height = form?.offsetHeight;
    void this.updateComplete.then(() => {
      if (isNew && form && height) this.#companion?.ease(form, height);
      if (isNew) this.#focusStep();
      else this.#focusField();
    });
  }

  keep(kept: Kept): void {
    this.kept = kept;
  }

  async prepare(type: string): Promise<void> {
    const source = Object.hasOwn(steps, type) ? steps[type as Step['type']] : undefined;
    if (this.#views.has(type)) return;
    if (source && 'load' in source) this.#views.set(type, (await source.load()) as AnyView);
    else this.#views.set(type, (await import('../flow/unknown.ts')).unknown);
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
      (companion) => this.resume && companion.resume(),
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
    return this.screen(this.flow);
  }

  /** The screen of the step, or the one before the first answer. */
  protected screen(flow: Flow | undefined): TemplateResult {
    return (flow && this.#views.get(flow.step.type)?.(flow.step, this)) ?? html``;
  }

  protected override updated(): void {
    this.#shown = this.flow?.step.type;
    const { shown } = this;
    const problem = 'problem' in shown ? shown.problem : undefined;
    this.light.say(this.#complaint?.text ?? (problem ? this.#explain(problem) : ''), this.#complaint ?? problem);
  }

  #explain(problem: Failure): string {
    return this.#companion?.explain(problem) ?? this.text('problem.network');
  }

  #submitted(values: Record<string, string>): void {
    if (this.state.name === 'busy') return;
    const inputs = collect(this, values);
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

  #focusStep(): void {
    if (!this.#focusField()) this.shadowRoot?.querySelector<HTMLElement>('#heading')?.focus();
  }

  /** The field that is asked for. What it holds is selected, a refused code is taken away: typing replaces it. */
  #focusField(): boolean {
    const inputs = [
      ...(this.shadowRoot?.querySelectorAll<HTMLInputElement>('[part~=input] input') ?? []),
      ...this.querySelectorAll<HTMLInputElement>(':scope > input[data-mfa]:not([readonly])'),
    ];
    const field = inputs.find((input) => input.matches('[aria-invalid=true]')) ?? inputs[0];
    field?.focus();
    if (field?.autocomplete !== 'one-time-code') field?.select();
    else if (this.wrong && this.wrong !== 'wait') field.value = '';
    return field !== undefined;
  }
}
