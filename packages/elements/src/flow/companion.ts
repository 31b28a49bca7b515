import { createClient, type Flow, type Input, type Kind, MfaProblem, type OrganisationChoice } from '@tweestap/client';
import type { Around, FlowClient, Inputs, Stage } from '../element/host.ts';
import type { Failure } from '../element/state.ts';
import { code } from '../styles/code.ts';
import { later } from '../styles/later.ts';
import { setUp } from '../styles/set-up.ts';
import { around, warning } from './around.ts';
import { ease } from './ease.ts';
import { explain } from './explain.ts';
import { finish } from './finish.ts';
import { confirmed, loadKept, saveKept, told } from './kept.ts';
import { linkKinds } from './link-kinds.ts';
import { viewOf } from './views.ts';

/** Shortest wait before something is sent by itself, in milliseconds: a clock that is off must not make it a storm. */
const shortest = 1000;

/** Longest wait that a browser's timer takes, in milliseconds. */
const longest = 2 ** 31 - 1;

/** Kinds that begin with the organisation, as a login does. */
const asks: readonly Kind[] = ['recover', 'register', 'reset'];

const listOf = (inputs: Inputs): readonly Input[] => (Array.isArray(inputs) ? inputs : [inputs as Input]);

const asProblem = (error: unknown): MfaProblem =>
  error instanceof MfaProblem ? error : new MfaProblem('unexpected-answer', { cause: error });

/** The flow's half of an element: it is fetched after the first screen, brings the client, and drives one flow. */
export class Companion {
  readonly #host: Stage;
  #client: FlowClient | undefined;
  #call = 0;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #last: Inputs | undefined;
  #restarted = false;
  #type: string | undefined;

  constructor(host: Stage) {
    this.#host = host;
    const sheets = [code, setUp, later].map(({ styleSheet }) => styleSheet).filter((sheet) => sheet !== undefined);
    host.shadowRoot?.adoptedStyleSheets.push(...sheets);
  }

  around(): Around {
    return around(this.#host, this.#restarted);
  }

  explain(problem: Failure): string {
    return explain(this.#host, asProblem(problem));
  }

  /** Leads the eye from the last screen, of this height in pixels, to the new one. */
  ease(form: HTMLElement, height: number): void {
    ease(form, height);
  }

  organisations(query: string): Promise<readonly OrganisationChoice[]> {
    return this.client.organisations(query);
  }

  get client(): FlowClient {
    this.#client ??= this.#host.client ?? createClient({ api: this.#host.api, language: () => this.#host.language });
    return this.#client;
  }

  /** Begins a flow with these inputs, or answers the step of the one that runs. */
  send(inputs: Inputs): Promise<void> {
    const list = listOf(inputs);
    this.#last = inputs;
    this.#host.keep(told(this.#host.kept, list));
    return this.#run(() => this.#answer(list));
  }

  async #answer(list: readonly Input[]): Promise<Flow> {
    const { flow } = this.#host;
    if (flow?.status !== 'open') return this.#start(list);
    return flow.submit(list as readonly [Input, ...Input[]]);
  }

  /** Takes up what a reload left behind. Answers whether there was something. */
  async resume(...only: readonly Kind[]): Promise<boolean> {
    const host = this.#host;
    const call = this.#call;
    let flow: Flow | undefined;
    // One flow is kept: the server is asked for that one alone.
    for (const kind of only.length > 0 ? only : ([host.kind, 'recover', ...linkKinds] as const))
      flow ??= await this.client.resume(kind).catch(() => undefined);
    // Whoever was quicker than the answer goes on with what was begun.
    if (!flow || call !== this.#call) return false;
    host.kind = flow.kind;
    host.keep(loadKept(host.api));
    await this.#arrived(flow);
    return true;
  }

  /** Begins anew with what the person has told. */
  restart(): Promise<void> {
    const { flow, kind } = this.#host;
    // What is given up for something else is ended; if the server can't be told, its time ends it.
    if (flow?.status === 'open' && flow.kind !== kind) void flow.cancel().catch(() => undefined);
    return this.#run(() => this.#start(this.#keptInputs()));
  }

  async cancel(): Promise<void> {
    const { flow } = this.#host;
    this.stop();
    this.#call += 1;
    saveKept(this.#host.api, undefined);
    await flow?.cancel().catch(() => undefined);
  }

  /** Ends what waits for its time. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  #start(inputs: readonly Input[]): Promise<Flow> {
    const { organisation, kept, kind, token, returnTo } = this.#host;
    const id = organisation ?? kept.organisation?.id;
    const known: Input[] =
      id && inputs[0]?.step !== 'organisation' && (kind === 'login' || (asks.includes(kind) && !token))
        ? [{ step: 'organisation', organisation: id }]
        : [];
    return this.client.start(kind, {
      link: token,
      inputs: [...known, ...inputs],
      returnTo: returnTo ? new URL(returnTo, document.baseURI).href : undefined,
    });
  }

  #keptInputs(): Input[] {
    const { username } = this.#host.kept;
    return username && this.#host.kind === 'login' ? [{ step: 'username', username }] : [];
  }

  async #run(work: () => Promise<Flow>): Promise<void> {
    this.#call += 1;
    const call = this.#call;
    this.stop();
    this.#host.busy();
    try {
      const flow = await work();
      if (call === this.#call) await this.#arrived(flow, flow.problem);
    } catch (error) {
      if (call === this.#call) await this.#refused(asProblem(error), work);
    }
  }

  async #refused(problem: MfaProblem, work: () => Promise<Flow>): Promise<void> {
    const { flow } = this.#host;
    if (problem.is('link-expired', 'no-such-link') && this.#host.spent) {
      this.#tell(problem);
      this.#host.show({ name: 'idle' });
      return this.#host.spent(problem);
    }
    if (problem.kind === 'ended') return this.#expired();
    if (problem.kind === 'refusal' && problem.problem?.flow && flow)
      // Another tab went on: that is no fault of the person, the step that is asked for now is shown.
      return this.#arrived(flow, problem.is('out-of-order') ? undefined : problem);
    this.#tell(problem);
    this.#host.show({ name: 'failed', problem, again: () => void this.#run(work) });
  }

  #expired(): Promise<void> {
    this.#restarted = true;
    return this.restart();
  }

  async #arrived(flow: Flow, problem?: MfaProblem): Promise<void> {
    const host = this.#host;
    try {
      host.learn(flow.step.type, await viewOf(flow.step.type));
    } catch (cause) {
      const lost = new MfaProblem('network', { cause });
      return host.show({ name: 'failed', problem: lost, again: () => void this.#arrived(flow, problem) });
    }
    if (flow !== host.flow) this.#restarted &&= host.state.name === 'busy';
    if (flow.step.type !== 'username' && flow.step.type !== 'password' && flow.step.type !== 'organisation')
      this.#restarted = false;
    host.keep(confirmed(host.kept, flow));
    saveKept(host.api, flow.status === 'done' ? undefined : host.kept);
    if (problem) this.#tell(problem);
    const before = this.#type;
    this.#clearCode(flow.step.type);
    host.show({ name: 'step', problem }, flow);
    this.#wait(flow, problem);
    if (!flow.is('done')) return;
    await host.updateComplete;
    if (this.#putOff()) host.dispatchEvent(new CustomEvent('mfa-later', { bubbles: true, composed: true }));
    finish(host, flow.step, before);
  }

  /** Two steps that follow each other ask a code in one input: what was typed at the first is no answer to the second. */
  #clearCode(type: string): void {
    const code = this.#host.light.node('code');
    if (code && type !== this.#type) code.value = '';
    this.#type = type;
  }

  /** Whether the person has just put a set-up off. */
  #putOff(): boolean {
    return (
      this.#last !== undefined && listOf(this.#last).some((input) => 'action' in input && input.action === 'later')
    );
  }

  #tell(problem: MfaProblem): void {
    this.#host.dispatchEvent(new CustomEvent('mfa-error', { detail: { problem }, bubbles: true, composed: true }));
  }

  /** What happens by itself: a code sent again in its time, a lock that ends, the warning before the end, the end. */
  #wait(flow: Flow, problem: MfaProblem | undefined): void {
    if (flow.status === 'done') return;
    const end = Date.parse(flow.expiresAt);
    this.#at(flow, end - warning * 1000, () => this.#host.requestUpdate());
    this.#at(flow, end, () => this.#ended());
    const retryAt = problem?.problem?.retryAt;
    const last = this.#last;
    if (retryAt && last) this.#at(flow, Date.parse(retryAt), () => void this.send(last));
    if (flow.is('locked') && flow.step.until) {
      const poll = flow.step.actions.includes('poll');
      this.#at(flow, Date.parse(flow.step.until) + 500, () =>
        poll ? void this.send({ step: 'locked', action: 'poll' }) : void this.#run(() => flow.refresh()),
      );
    }
  }

  #at(flow: Flow, moment: number, work: () => void): void {
    const wait = moment - flow.now();
    if (wait < longest) this.#timers.push(setTimeout(work, Math.max(shortest, wait)));
  }

  /** Nobody was there at the end: nothing is asked of the server until somebody is. */
  #ended(): void {
    this.#call += 1;
    this.#restarted = true;
    this.#host.show({ name: 'idle' });
  }
}
