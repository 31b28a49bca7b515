import type {
  Flow,
  FlowState,
  Inputs,
  Kept,
  OrganisationChoice,
  PasskeyOptions,
  RestartOptions,
  ShownState,
  Step,
} from '@tweestap/client';
import { html, type TemplateResult } from 'lit';
import type { FlowBinding } from '../flow/flow-binding.ts';
import { catalogues, fill, first, type Language, type Values } from '../locales/messages.ts';
import { focusField, focusOn, frame } from '../view/frame.ts';
import type {
  AnyView,
  CommonContent,
  ElementPart,
  Failure,
  FlowHost,
  Host,
  HostElement,
  MfaEventMap,
  Screen,
  Texts,
} from '../view/host.ts';
import { Light } from '../view/light.ts';
import { languageOf } from './language.ts';

/**
 * The private part of an element: its state, the current screen, its texts, and the flow's code once that is loaded. Views and
 * controls use it as their `Host`, and the flow's code uses it as its `FlowHost`. The page can't access it.
 */
export class ViewHost implements FlowHost {
  readonly element: HostElement;
  readonly part: ElementPart;
  readonly light: Light;
  state: FlowState<Failure> = { name: 'idle' };
  flow: Flow | undefined;
  commonContent: CommonContent | undefined;
  screen: Screen | undefined;
  instead: (() => Screen) | undefined;
  texts: Texts = {};
  language: Language = 'en';

  #binding: FlowBinding | undefined;
  #loading: Promise<FlowBinding> | undefined;
  readonly #controls = new Map<unknown, unknown>();
  readonly #views = new Map<string, AnyView>();
  #complaint: { field: string; text: string } | undefined;
  /** The step and the flow that were rendered last. */
  #drawnType: string | undefined;
  #drawnFlow: Flow | undefined;
  #drawnStep: Step | undefined;

  constructor(element: HostElement, part: (host: ViewHost) => ElementPart) {
    this.element = element;
    this.light = new Light(
      element,
      (values) => this.#submitted(values),
      () => element.autofocus && !this.screen?.startsAtHeading,
    );
    this.part = part(this);
    element.addEventListener('input', () => {
      // Text typed after a failure is a new input, so the failed call must not be repeated.
      if (this.state.name !== 'failed') return;
      this.#set({ name: this.flow ? 'step' : 'idle' });
      this.#binding?.controller.edited();
    });
  }

  get kept(): Kept {
    return this.#binding?.controller.kept ?? {};
  }

  get goOn(): (() => void) | undefined {
    return this.#binding?.goOn;
  }

  get shown(): ShownState<Failure> {
    return this.state.name === 'busy' ? this.state.shown : this.state;
  }

  get wrong(): string | undefined {
    if (this.#complaint) return this.#complaint.field;
    const problem = this.shown.name === 'step' ? this.shown.problem : undefined;
    if (!problem) return undefined;
    const type = this.flow?.step.type;
    if (problem.code.includes('passkey') || type === 'passkey') return 'passkey';
    if (problem.is('code-early')) return 'wait';
    return /^bad-(\w+)$/.exec(problem.code)?.[1] ?? type;
  }

  text(key: string, values: Values = {}): string {
    const own: Texts = first[this.language];
    return fill(this.element.messages?.[key] ?? own[key] ?? this.texts[key] ?? '', values, this.language);
  }

  use<T>(control: new (host: Host) => T): T {
    const made = this.#controls.get(control) ?? new control(this);
    this.#controls.set(control, made);
    return made as T;
  }

  send(inputs: Inputs): void {
    if (this.state.name === 'busy') return;
    this.busy();
    this.ask(({ controller }) => controller.submit(inputs));
  }

  complain(field: string, text: string): undefined {
    this.#complaint = text ? { field, text } : undefined;
    this.element.requestUpdate();
    if (text) void this.element.updateComplete.then(() => focusField(this, true));
  }

  get hasPasskeys(): boolean {
    return this.#binding?.client.passkeys?.available ?? false;
  }

  get hasChoice(): boolean {
    return this.#binding?.controller.hasChoice ?? false;
  }

  get asking(): boolean {
    return this.#binding?.controller.asking ?? false;
  }

  passkey(options?: PasskeyOptions): void {
    this.ask(({ controller }) => controller.passkey(options));
  }

  async organisations(query: string): Promise<readonly OrganisationChoice[]> {
    return (await this.load()).organisations(query);
  }

  /** Moves the focus to where a new screen has it: to its heading if the user has to act above the field first, otherwise to its field. */
  focus(options?: FocusOptions): void {
    if (this.screen?.startsAtHeading || !focusField(this, true, options)) focusOn(this, '#heading', options);
  }

  explain(problem: Failure): string {
    return this.#binding?.explain(problem) ?? this.text('problem.network');
  }

  restart(to?: RestartOptions): void {
    this.busy();
    this.ask(({ controller }) => controller.restart(to));
  }

  async cancel(): Promise<void> {
    const ended = this.#binding?.controller.cancel();
    this.show({ name: 'idle' });
    this.emit('mfa-cancel');
    await ended;
  }

  busy(): void {
    if (this.state.name !== 'busy') this.#set({ name: 'busy', shown: this.shown });
  }

  show(state: ShownState<Failure>, flow?: Flow): void {
    this.#set(state);
    if (state.name === 'idle') this.flow = undefined;
    if (state.name === 'step') this.flow = flow;
    this.#complaint = undefined;
  }

  /** Shows that a file of the element could not be loaded, with a button that tries again. */
  fail(cause: unknown, again: () => void): void {
    const problem = Object.assign(new Error('network', { cause }), { code: 'network' as const });
    this.show({ name: 'failed', problem, again });
    this.emit('mfa-error', { problem });
  }

  learn(type: string, view: AnyView): void {
    this.#views.set(type, view);
  }

  emit<T extends keyof MfaEventMap>(type: T, detail?: MfaEventMap[T]['detail']): boolean {
    const cancelable = type === 'mfa-success';
    return this.element.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
  }

  /** Calls `work` with the flow's code, once that is loaded. */
  ask(work: (binding: FlowBinding) => unknown): void {
    this.load().then(work, (cause: unknown) => this.fail(cause, () => this.ask(work)));
  }

  /** Loads the flow's code and the texts, once. */
  load(): Promise<FlowBinding> {
    this.#loading ??= this.#fetch().catch((error) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Loads the flow's code after the first screen, and begins what needs no input of the user. */
  prepare(): void {
    this.load().then(
      (binding) => binding.begin(),
      () => {
        // The user has done nothing yet, so the failure is not shown. The first input tries again and reports a failure.
      },
    );
  }

  /** Sets the language to that of the page, before anything is rendered. */
  connected(): void {
    this.language = languageOf(this.element);
  }

  /** Loads the texts of the page's current language. */
  async speak(): Promise<void> {
    this.connected();
    const { language, part } = this;
    const [texts, own] = await Promise.all([catalogues[language](), part.texts?.(language)]);
    this.texts = { ...texts, ...own };
    this.element.requestUpdate();
  }

  /** Returns the screen of the current step; undefined without a flow. While the view of a new step is fetched, the last screen stays. */
  stepScreen(): Screen | undefined {
    const { flow } = this;
    if (!flow) return undefined;
    const view = this.#views.get(flow.step.type);
    return view ? view(flow.step, this) : this.screen;
  }

  render(): TemplateResult {
    this.commonContent = this.#binding?.commonContent();
    this.screen = this.instead?.() ?? this.part.screen();
    return this.screen ? frame(this, this.screen) : (this.part.page?.() ?? html``);
  }

  /** Whether the flow is already at the next step, while the element still prepares its view. The screen must stay as it is. */
  get isBetween(): boolean {
    const step = this.flow?.step;
    return (
      this.state.name === 'busy' && this.#drawnStep !== undefined && step !== undefined && step !== this.#drawnStep
    );
  }

  /** Reports the step and the error after they are rendered. */
  drawn(): void {
    this.#drawnStep = this.flow?.step;
    this.#announce();
    const { shown } = this;
    const problem = 'problem' in shown ? shown.problem : undefined;
    const text = problem ? this.explain(problem) : '';
    this.light.say(this.#complaint?.text ?? text, this.#complaint ?? problem);
  }

  /** Dispatches `mfa-step` if another step or another flow is shown. */
  #announce(): void {
    const { flow } = this;
    const type = flow?.step.type;
    const isNew = flow !== this.#drawnFlow || type !== this.#drawnType;
    this.#drawnType = type;
    this.#drawnFlow = flow;
    if (!type || !isNew) return;
    const heading = this.element.shadowRoot?.querySelector('#heading')?.textContent ?? '';
    this.emit('mfa-step', { type, heading });
  }

  #set(state: FlowState<Failure>): void {
    this.state = state;
    this.element.requestUpdate();
  }

  #submitted(values: Record<string, string>): void {
    if (this.state.name === 'busy') return;
    const long = this.light.tooLong();
    const inputs = long
      ? this.complain(long.name, this.text('too-long', { count: long.max }))
      : this.screen?.submit?.(values);
    if (inputs) this.send(inputs);
  }

  async #fetch(): Promise<FlowBinding> {
    const [{ FlowBinding }] = await Promise.all([import('../flow/flow-binding.ts'), this.speak()]);
    const binding = new FlowBinding(this);
    this.#binding = binding;
    this.element.requestUpdate();
    return binding;
  }
}
