import type { Account, AccountEvent, Duration, Kind, MfaProblem } from '@tweestap/client';
import type { FlowBinding } from '../flow/flow-binding.ts';
import type { SettingsKey } from '../locales/settings/catalogues.ts';
import { settings } from '../styles/settings.ts';
import type { SettingsClient, SettingsHost } from './parts.ts';

/** The question that is open in a row: for a new name, or for a confirmation. */
export type Asking =
  | { readonly what: 'rename' | 'remove'; readonly id: string }
  | { readonly what: 'not-me'; readonly at: number };

type Said = Extract<SettingsKey, `said.${string}`>;

const saidOf: Partial<Record<Kind, Said>> = {
  enroll: 'said.enroll',
  'recovery-codes': 'said.recovery-codes',
  disable: 'said.disable',
  'change-password': 'said.change-password',
};

/** What the settings show and do: reads the account, changes it, and begins flows in place. */
export class SettingsModel {
  readonly #host: SettingsHost;
  readonly #binding: FlowBinding;
  account: Account | undefined;
  events: readonly AccountEvent[] = [];
  asking: Asking | undefined;
  /** The message about the last change. */
  said: Said | undefined;
  /** What is repeated once the step-up is done. */
  #after: (() => Promise<void>) | undefined;

  constructor(host: SettingsHost, binding: FlowBinding) {
    this.#host = host;
    this.#binding = binding;
    if (settings.styleSheet) host.element.shadowRoot?.adoptedStyleSheets.push(settings.styleSheet);
  }

  /** Reads the account and its events. */
  open(): Promise<void> {
    return this.#run(() => this.#read());
  }

  ask(asking: Asking | undefined): void {
    const left = this.asking;
    this.asking = asking;
    this.said = undefined;
    this.#host.element.requestUpdate();
    this.#focus(asking ? '[part=asking] input, [part=asking] button' : `#${opener(left)}`);
  }

  /** Begins a flow in this place. */
  begin(kind: Kind): void {
    this.said = undefined;
    this.asking = undefined;
    this.#host.restart({ kind });
  }

  /** A flow is done. */
  finished(kind: Kind): void {
    const after = this.#after;
    this.#after = undefined;
    if (kind === 'step-up' && after) void after();
    else void this.#change(async () => undefined, saidOf[kind]);
  }

  /** A flow was given up. */
  left(): void {
    this.#focus('#heading');
  }

  rename(id: string, name: string): Promise<void> {
    return this.#change(() => this.#account.renameFactor(id, name), 'said.renamed');
  }

  remove(id: string): Promise<void> {
    return this.#change(
      () => this.#account.removeFactor(id),
      'said.removed',
      () => this.remove(id),
    );
  }

  remember(duration: Duration): Promise<void> {
    return this.#change(() => this.#account.setRememberFor(duration), 'said.remember');
  }

  forget(id: string): Promise<void> {
    return this.#change(() => this.#account.forgetDevice(id), 'said.forgotten');
  }

  forgetAll(): Promise<void> {
    return this.#change(() => this.#account.forgetDevices(), 'said.all-forgotten');
  }

  endSessions(): Promise<void> {
    return this.#change(() => this.#account.endOtherSessions(), 'said.sessions');
  }

  /** Revokes the access of others, and continues with a new password, which the user who is here now chooses. */
  notMe(id: string): Promise<void> {
    return this.#run(async () => {
      await this.#account.notMe(id);
      this.asking = undefined;
      await this.#read();
      queueMicrotask(() => this.begin('change-password'));
    });
  }

  /** @param again what is repeated after the step-up that the server requires */
  #change(work: () => Promise<unknown>, said?: Said, again?: () => Promise<void>): Promise<void> {
    return this.#run(
      async () => {
        await work();
        this.asking = undefined;
        await this.#read();
        this.said = said;
        this.#focus(said ? '[part=notice]' : '#heading');
      },
      again && (() => this.#stepUp(again)),
    );
  }

  #stepUp(after: () => Promise<void>): void {
    this.begin('step-up');
    this.#after = after;
  }

  get #account(): SettingsClient['account'] {
    // `MfaSettings.client` requires a client with an account.
    return (this.#binding.client as SettingsClient).account;
  }

  async #read(): Promise<void> {
    const [account, events] = await Promise.all([this.#account.get(), this.#account.events()]);
    this.account = account;
    this.events = events;
  }

  #run(work: () => Promise<void>, stepUp?: () => void): Promise<void> {
    return this.#binding.run(
      async () => {
        this.said = undefined;
        await work();
      },
      (problem) => this.#takesOver(problem, stepUp),
    );
  }

  #takesOver(problem: MfaProblem, stepUp: (() => void) | undefined): boolean {
    if (stepUp && problem.is('insufficient-user-authentication')) {
      stepUp();
      return true;
    }
    // The button that was pressed may be far below the error.
    if (this.account) this.#focus('#again');
    return false;
  }

  #focus(selector: string): void {
    void this.#host.element.updateComplete.then(async () => {
      await this.#host.element.updateComplete;
      this.#host.element.shadowRoot?.querySelector<HTMLElement>(selector)?.focus();
    });
  }
}

/** The id of the button that opened the question: it gets the focus back. */
export const opener = (asking: Asking | undefined): string => {
  if (!asking) return 'heading';
  return asking.what === 'not-me' ? `not-me-${asking.at}` : `${asking.what}-${asking.id}`;
};
