import {
  type Controller,
  createClient,
  createController,
  type Flow,
  type FlowClient,
  type FlowState,
  LINK_KINDS,
  MfaProblem,
  type OrganisationChoice,
  type ShownState,
  type Step,
  type StepType,
} from '@tweestap/client';
import { remembered } from '../controls/remember.ts';
import { steps } from '../steps/index.ts';
import { code } from '../styles/code.ts';
import { later } from '../styles/later.ts';
import { push } from '../styles/push.ts';
import { setUp } from '../styles/set-up.ts';
import { focusField, focusOn } from '../view/frame.ts';
import type { AnyView, CommonContent, Failure, FlowHost } from '../view/host.ts';
import { badField } from './bad-field.ts';
import { claim } from './claims.ts';
import { commonContent } from './common-content.ts';
import { EarlyInput } from './early-input.ts';
import { explain } from './explain.ts';
import { LoggedIn } from './logged-in.ts';
import { showOver } from './login-over.ts';
import { Warnings } from './warnings.ts';

/** Milliseconds for which the tick is shown before the browser goes to the next page. */
const TICK_MS = 400;

/** Binds a controller to an element. This part of an element, which includes the client, is fetched after the first screen. */
export class FlowBinding {
  /** The controller of the element's flows. */
  readonly controller: Controller;
  readonly #host: FlowHost;
  readonly #early: EarlyInput;
  readonly #warnings: Warnings;
  readonly #loggedIn: LoggedIn;
  #client: FlowClient | undefined;
  #type: string | undefined;
  /** Address to go to when the user presses the button of the step `done`. */
  #onward: string | undefined;

  constructor(host: FlowHost) {
    this.#host = host;
    this.#early = new EarlyInput(host);
    this.#warnings = new Warnings(host);
    this.#loggedIn = new LoggedIn(host, {
      client: () => this.client,
      proceed: (login) => this.controller.proceed(login),
      run: (work) => this.run(work, () => false),
    });
    const sheets = [code, setUp, push, later]
      .map(({ styleSheet }) => styleSheet)
      .filter((sheet) => sheet !== undefined);
    host.element.shadowRoot?.adoptedStyleSheets.push(...sheets);
    this.controller = this.#control();
    this.controller.subscribe(() => this.#follow());
    this.#report();
  }

  /** Returns the content that all screens of a flow have in common. */
  commonContent(): CommonContent {
    return commonContent(this.#host, this.controller);
  }

  /** Returns the organisations whose name matches. @throws {MfaProblem} */
  async organisations(query: string): Promise<readonly OrganisationChoice[]> {
    try {
      return await this.controller.organisations(query);
    } catch (error) {
      if (error instanceof MfaProblem) this.#warnings.failed(error);
      throw error;
    }
  }

  /** Returns a text in the element's language that says what is wrong and what to do. */
  explain(problem: Failure): string {
    return explain(this.#host, problem instanceof MfaProblem ? problem : new MfaProblem('network', { cause: problem }));
  }

  /** The client that the page has set, otherwise one for the element's `api`. */
  get client(): FlowClient {
    this.#client ??=
      this.#host.element.client ?? createClient({ api: this.#host.element.api, language: () => this.#host.language });
    return this.#client;
  }

  /** Goes to the address after the login. Undefined if there is none, or if the browser goes there automatically. */
  get goOn(): (() => void) | undefined {
    const to = this.#onward;
    return to === undefined ? undefined : () => location.assign(to);
  }

  /**
   * Runs a call that does not belong to a flow. The element is busy meanwhile. It shows a problem with a button that repeats the call.
   * @param takesOver handles a problem; returns false if the element must show it
   */
  async run(work: () => Promise<void>, takesOver: (problem: MfaProblem) => boolean): Promise<void> {
    const host = this.#host;
    host.busy();
    try {
      await work();
      host.show({ name: 'idle' });
    } catch (error) {
      const problem = error instanceof MfaProblem ? error : new MfaProblem('unexpected-answer', { cause: error });
      if (takesOver(problem)) return;
      this.#warnings.failed(problem);
      host.emit('mfa-error', { problem });
      host.show({ name: 'failed', problem, again: () => void this.run(work, takesOver) });
    }
  }

  /**
   * Begins with the user of another system, or resumes a flow that a reload interrupted, if the page has set one of them. Otherwise it offers the passkeys in the autofill of
   * the first screen, and again when the user comes back to its field after the flow has expired.
   */
  async begin(): Promise<void> {
    const { element } = this.#host;
    const offer = () => void this.controller.offerPasskeys();
    this.controller.on('expired', () => element.addEventListener('focusin', offer, { once: true }));
    const { handOver } = element;
    if (handOver) return this.controller.restart({ kind: 'login', handOver });
    if (element.resume && (await this.resume('any'))) return;
    if (await this.#loggedIn.ask()) return;
    // This code was fetched after the first screen was shown, so the request delays nothing.
    offer();
  }

  /** Resumes a flow that a reload interrupted: only one of a mailed link, or one of any kind. Resolves with whether there was one. */
  resume(which: 'link' | 'any'): Promise<boolean> {
    const any = which === 'any' ? ([this.#host.part.kind, 'recover'] as const) : [];
    return this.controller.resume(...any, ...LINK_KINDS);
  }

  #control(): Controller {
    const host = this.#host;
    const client = () => this.client;
    return createController({
      get client() {
        return client();
      },
      get organisation() {
        return host.element.organisation ?? undefined;
      },
      get returnTo() {
        return host.element.returnTo ?? undefined;
      },
      get assertionNonce() {
        return host.element.assertionNonce ?? undefined;
      },
      get api() {
        return host.element.api;
      },
      kind: host.part.kind,
      remember: () => remembered(host).remember ?? false,
      prepare: async ({ step }) => host.learn(step.type, await viewOf(step.type)),
      mayResume: ({ id }) => claim(id, host.element),
      begun: typeof host.part.portalLogin === 'string' ? (problem) => showOver(host, problem) : undefined,
      linkSpent: host.part.linkSpent && ((problem) => host.part.linkSpent?.(problem)),
    });
  }

  /** Shows the controller's state in the element. */
  #follow(): void {
    const host = this.#host;
    const { state, flow, kind } = this.controller;
    host.part.kind = kind;
    if (flow) claim(flow.id, host.element);
    if (state.name === 'busy') host.busy();
    else if (state.name === 'idle') this.#idle();
    else if (state.name === 'failed') this.#failed(state);
    else if (flow?.status === 'done' && host.part.finished) {
      host.show({ name: 'idle' });
      host.part.finished(flow);
    } else this.#step(state, flow);
  }

  /** Shows a failure. If the server could not accept the value of a field, it is shown at that field. */
  #failed(state: Extract<FlowState, { name: 'failed' }>): void {
    const host = this.#host;
    const field = badField(host, state.problem);
    if (field) {
      this.controller.edited();
      host.complain(field, host.text('problem.bad-field'));
    } else host.show(state);
  }

  /** Shows the first screen, for example when the flow has expired. If the focus was in the element, it stays there. */
  #idle(): void {
    const host = this.#host;
    const isActive = host.element.matches(':focus-within');
    host.show({ name: 'idle' });
    if (isActive) void host.element.updateComplete.then(() => host.focus());
  }

  /** Shows the current step and moves the focus to its field or heading. */
  #step(state: ShownState, flow: Flow | undefined): void {
    const host = this.#host;
    const type = flow?.step.type;
    const { state: before, flow: last } = host;
    const isOtherType = type !== this.#type;
    const isNew = last !== flow || isOtherType;
    this.#type = type;
    // Two steps in a row may ask for a code in the same input. The code of the first step is not valid for the second.
    const code = host.light.node('code');
    if (code && isOtherType) code.value = '';
    // Lit reuses the node of an open list for the next step, where it must be closed.
    if (isOtherType) for (const list of host.element.shadowRoot?.querySelectorAll('details') ?? []) list.open = false;
    host.show(state, flow);
    // A flow that started without an input shows the screen that the user is typing in already.
    if (isNew && !this.controller.untouched) this.#early.begin();
    if (before.name === 'idle' || (before.name === 'step' && !isNew)) return;
    const form = host.element.shadowRoot?.querySelector<HTMLElement>('[part~=form]');
    const height = form?.offsetHeight;
    void host.element.updateComplete.then(() => {
      if (isNew && form && height) ease(form, height);
      // The heading labels the group around the field, so a screen reader also reads the heading of a new step.
      const startsAtHeading = isOtherType && host.wrong === undefined && host.screen?.startsAtHeading;
      if ((startsAtHeading || !focusField(host)) && isNew) focusOn(host, '#heading');
    });
  }

  /** Dispatches the controller's events to the page. */
  #report(): void {
    const host = this.#host;
    this.controller.on('error', ({ problem }) => {
      this.#warnings.failed(problem);
      host.emit('mfa-error', { problem });
    });
    this.controller.on('cancel', () => host.part.cancelled?.());
    this.controller.on('expiring', () => host.element.requestUpdate());
    this.controller.on('later', async () => {
      await host.element.updateComplete;
      host.emit('mfa-later');
    });
    this.controller.on('success', async ({ detail, goTo, mustRead }) => {
      await host.element.updateComplete;
      this.#onward = undefined;
      const goes = host.emit('mfa-success', detail);
      if (goes && goTo) this.#leave(goTo, mustRead);
      else if (goes && 'user' in detail) this.#warnings.refusedReturn();
    });
  }

  /** Goes to the address automatically. Shows a button instead if the user must read a warning (R35) or the element is not in the document. */
  #leave(to: string, mustRead: boolean): void {
    if (mustRead || !this.#host.element.isConnected) {
      this.#onward = to;
      this.#host.element.requestUpdate();
    } else setTimeout(() => location.assign(to), TICK_MS);
  }
}

/** The view of a step that this version does not have, because the server is newer. A reload fetches the newer element. */
const unknown: AnyView = (_step, host) => ({
  name: 'unknown',
  heading: host.text('unknown.heading'),
  description: host.text('unknown.description'),
  primary: host.text('reload'),
  onPrimary: () => location.reload(),
});

/** Returns the view of a step, and fetches it if necessary. For an unknown step it returns a view that offers a reload. */
const viewOf = async (type: Step['type']): Promise<AnyView> => {
  const source = Object.hasOwn(steps, type) ? steps[type as StepType] : undefined;
  if (!source) return unknown;
  return (typeof source === 'function' ? source : await source.load()) as AnyView;
};

const timing = { duration: 180, easing: 'ease-out' };

/** Animates the change of screen: the height eases and the content moves up by 8 px. Does nothing if the user prefers reduced motion. */
const ease = (form: HTMLElement, height: number): void => {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const overflow = 'clip';
  form.animate(
    [
      { height: `${height}px`, overflow },
      { height: `${form.offsetHeight}px`, overflow },
    ],
    timing,
  );
  for (const child of form.children) child.animate([{ opacity: 0, translate: '0 8px' }, {}], timing);
};
