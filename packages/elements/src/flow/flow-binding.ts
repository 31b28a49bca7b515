import {
  type Controller,
  createClient,
  createController,
  type Flow,
  type FlowClient,
  LINK_KINDS,
  MfaProblem,
  type ShownState,
  type Step,
  type StepType,
} from '@tweestap/client';
import { steps } from '../steps/index.ts';
import { code } from '../styles/code.ts';
import { later } from '../styles/later.ts';
import { setUp } from '../styles/set-up.ts';
import { focusField } from '../view/frame.ts';
import type { AnyView, CommonContent, Failure, FlowHost } from '../view/host.ts';
import { commonContent } from './common-content.ts';
import { explain } from './explain.ts';

/** Milliseconds for which the tick is shown before the page goes on. */
const TICK_MS = 400;

/** The part of an element that is fetched after the first screen: it brings the client, and binds the controller to the element. */
export class FlowBinding {
  readonly controller: Controller;
  readonly #host: FlowHost;
  #client: FlowClient | undefined;
  #type: string | undefined;
  /** Where the user goes on after reading what `done` says. */
  #onward: string | undefined;

  constructor(host: FlowHost) {
    this.#host = host;
    const sheets = [code, setUp, later].map(({ styleSheet }) => styleSheet).filter((sheet) => sheet !== undefined);
    host.element.shadowRoot?.adoptedStyleSheets.push(...sheets);
    this.controller = this.#control();
    this.controller.subscribe(() => this.#follow());
    this.#report();
  }

  commonContent(): CommonContent {
    return commonContent(this.#host, this.controller);
  }

  explain(problem: Failure): string {
    return explain(this.#host, problem instanceof MfaProblem ? problem : new MfaProblem('network', { cause: problem }));
  }

  get client(): FlowClient {
    this.#client ??=
      this.#host.element.client ?? createClient({ api: this.#host.element.api, language: () => this.#host.language });
    return this.#client;
  }

  /** Goes on to the page after the login; undefined when there is none, or the page goes there by itself. */
  get goOn(): (() => void) | undefined {
    const to = this.#onward;
    return to === undefined ? undefined : () => location.assign(to);
  }

  /**
   * Runs a call that belongs to no flow: the element is busy meanwhile. A problem is shown with a way to repeat the call.
   * @param takesOver whether the caller deals with the problem itself
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
      host.emit('mfa-error', { problem });
      host.show({ name: 'failed', problem, again: () => void this.run(work, takesOver) });
    }
  }

  /** Takes up a flow that a reload left behind: one of a mailed link only, or of any kind. */
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
      get api() {
        return host.element.api;
      },
      kind: host.part.kind,
      prepare: async ({ step }) => host.learn(step.type, await viewOf(step.type)),
      linkSpent: host.part.linkSpent && ((problem) => host.part.linkSpent?.(problem)),
    });
  }

  /** Shows where the controller is. */
  #follow(): void {
    const host = this.#host;
    const { state, flow, kind } = this.controller;
    host.part.kind = kind;
    if (state.name === 'busy') host.busy();
    else if (state.name !== 'step') host.show(state);
    else if (flow?.status === 'done' && host.part.finished) {
      host.show({ name: 'idle' });
      host.part.finished(flow);
    } else this.#step(state, flow);
  }

  /** Shows the step that the user is asked, and focuses what the user needs. */
  #step(state: ShownState, flow: Flow | undefined): void {
    const host = this.#host;
    const type = flow?.step.type;
    const { state: before, flow: last } = host;
    const isOtherType = type !== this.#type;
    const isNew = last !== flow || isOtherType;
    this.#type = type;
    // Two steps in a row ask for a code in one input: what was typed at the first does not answer the second.
    const code = host.light.node('code');
    if (code && isOtherType) code.value = '';
    host.show(state, flow);
    if (before.name === 'idle' || (before.name === 'step' && !isNew)) return;
    const form = host.element.shadowRoot?.querySelector<HTMLElement>('[part~=form]');
    const height = form?.offsetHeight;
    void host.element.updateComplete.then(() => {
      if (isNew && form && height) ease(form, height);
      // The group of a new step's field is named by the heading, so that the heading is read out as well.
      if (!focusField(host) && isNew) host.element.shadowRoot?.querySelector<HTMLElement>('#heading')?.focus();
    });
  }

  /** Sends the controller's events to the page. */
  #report(): void {
    const host = this.#host;
    this.controller.on('error', ({ problem }) => host.emit('mfa-error', { problem }));
    this.controller.on('cancel', () => host.part.cancelled?.());
    this.controller.on('expiring', () => host.element.requestUpdate());
    this.controller.on('later', async () => {
      await host.element.updateComplete;
      host.emit('mfa-later');
    });
    this.controller.on('success', async ({ detail, goTo, reads }) => {
      await host.element.updateComplete;
      this.#onward = undefined;
      const goes = host.emit('mfa-success', detail);
      if (goes && goTo) this.#leave(goTo, reads);
    });
  }

  /** Goes on by itself, or by a button: when the user has to read a warning (R35), or the element is not in a page now. */
  #leave(to: string, reads: boolean): void {
    if (reads || !this.#host.element.isConnected) {
      this.#onward = to;
      this.#host.element.requestUpdate();
    } else setTimeout(() => location.assign(to), TICK_MS);
  }
}

/** A step that this version does not know: the server is newer. A reload brings the newer element. */
const unknown: AnyView = (_step, host) => ({
  name: 'unknown',
  heading: host.text('unknown.heading'),
  description: host.text('unknown.description'),
  primary: host.text('reload'),
  onPrimary: () => location.reload(),
});

/** The view of a step, fetched if it is not here yet; for an unknown step, a way to a newer page. */
const viewOf = async (type: Step['type']): Promise<AnyView> => {
  const source = Object.hasOwn(steps, type) ? steps[type as StepType] : undefined;
  if (!source) return unknown;
  return (typeof source === 'function' ? source : await source.load()) as AnyView;
};

const timing = { duration: 180, easing: 'ease-out' };

/** From one screen to the next: the height eases, the content comes 8 px up. Nothing moves for who asked for that. */
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
