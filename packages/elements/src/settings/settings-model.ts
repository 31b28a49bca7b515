import type { Account, AccountEvent, Duration, Kind, Method, MfaProblem, SetUpMethod } from '@tweestap/client';
import type { FlowBinding } from '../flow/flow-binding.ts';
import type { SettingsKey } from '../locales/settings/catalogues.ts';
import { settings } from '../styles/settings.ts';
import { focusOn } from '../view/frame.ts';
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

/** What is said after the set-up of a method that is no authenticator app. */
const enrolled: Partial<Record<Method, Said>> = {
  passkey: 'said.enroll-passkey',
  push: 'said.enroll-push',
  sms: 'said.enroll-sms',
};

/** What is said after the removal of a factor that is no authenticator app. */
const removed: Partial<Record<Method, Said>> = {
  passkey: 'said.removed-passkey',
  push: 'said.removed-push',
  sms: 'said.removed-sms',
};

/** The state and the actions of the settings: reads and changes the account, and starts flows in the same element. */
export class SettingsModel {
  readonly #host: SettingsHost;
  readonly #binding: FlowBinding;
  /** The account, once it was read. */
  account: Account | undefined;
  /** The recent events of the account, newest first. */
  events: readonly AccountEvent[] = [];
  /** The question that is open in a row. */
  asking: Asking | undefined;
  /** The message about the last change. */
  said: Said | undefined;
  /** The change to repeat after the step-up. */
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

  /**
   * Opens the question of a row, or closes it if there is no argument. Moves the focus to its field or its text, or back to the
   * button that opened it. The text has the focus and not a button, so that a second Enter confirms nothing.
   */
  ask(asking: Asking | undefined): void {
    const left = this.asking;
    this.asking = asking;
    this.said = undefined;
    this.#host.element.requestUpdate();
    this.#focus(asking ? '[part=asking] :is(input, [tabindex])' : `#${opener(left)}`);
  }

  /** Starts a flow in the same element. With `method` it enrolls that one, without asking which. */
  begin(kind: Kind, method?: SetUpMethod): void {
    this.said = undefined;
    this.asking = undefined;
    this.#host.restart({ kind, method });
  }

  /** Reads the account again after a flow, or repeats the change that required the step-up. */
  finished(kind: Kind): void {
    const after = this.#after;
    this.#after = undefined;
    if (kind === 'step-up' && after) {
      void after();
      return;
    }
    const before = new Set(this.account?.factors.map(({ id }) => id));
    void this.#change(
      async () => undefined,
      () => {
        const added = this.account?.factors.find(({ id }) => !before.has(id));
        return (kind === 'enroll' && added && enrolled[added.method]) || saidOf[kind];
      },
    );
  }

  /** Moves the focus to the heading after a flow was cancelled. */
  left(): void {
    this.#focus('#heading');
  }

  /** Renames a factor. */
  rename(id: string, name: string): Promise<void> {
    return this.#change(() => this.#account.renameFactor(id, name), 'said.renamed');
  }

  /** Removes a factor, after a step-up if the server requires one. */
  remove(id: string): Promise<void> {
    const { method } = this.account?.factors.find((factor) => factor.id === id) ?? {};
    return this.#change(
      () => this.#account.removeFactor(id),
      (method && removed[method]) ?? 'said.removed',
      () => this.remove(id),
    );
  }

  /** Sets how long a device is remembered. */
  remember(duration: Duration): Promise<void> {
    return this.#change(() => this.#account.setRememberFor(duration), 'said.remember');
  }

  /** Forgets one remembered device. */
  forget(id: string): Promise<void> {
    return this.#change(() => this.#account.forgetDevice(id), 'said.forgotten');
  }

  /** Forgets all remembered devices. */
  forgetAll(): Promise<void> {
    return this.#change(() => this.#account.forgetDevices(), 'said.all-forgotten');
  }

  /** Removes an app that logs in with the password alone. */
  removeInstallation(id: string): Promise<void> {
    return this.#change(() => this.#account.removeInstallation(id), 'said.removed');
  }

  /** Ends all sessions except this one. */
  endSessions(): Promise<void> {
    return this.#change(() => this.#account.endOtherSessions(), 'said.sessions');
  }

  /** Reports 'this was not me', which ends all other access to the account, and starts the flow that sets a new password. */
  notMe(id: string): Promise<void> {
    return this.#run(async () => {
      await this.#account.notMe(id);
      this.asking = undefined;
      await this.#read();
      queueMicrotask(() => this.begin('change-password'));
    });
  }

  /**
   * Makes a change, reads the account again and reports success.
   * @param again repeats the change after a step-up, if the server requires one
   */
  async #change(
    work: () => Promise<unknown>,
    said?: Said | (() => Said | undefined),
    again?: () => Promise<void>,
  ): Promise<void> {
    let isChanged = false;
    await this.#run(
      async () => {
        const before = this.account;
        await work();
        this.asking = undefined;
        await this.#read();
        this.#tellBrowser(before);
        this.said = typeof said === 'function' ? said() : said;
        isChanged = true;
      },
      again && (() => this.#stepUp(again)),
    );
    // Only now is the page shown again, and the notice with it.
    if (isChanged) this.#focus(this.said ? '[part=notice]' : '#heading');
  }

  /** Reports the account's passkeys to the browser, which then no longer offers a removed one. */
  #tellBrowser(before: Account | undefined): void {
    const { user, passkeys = before?.passkeys && { ...before.passkeys, credentialIds: [] } } = this.account ?? {};
    if (!passkeys || !user) return;
    const names = { name: user.username, displayName: user.name ?? user.username };
    void this.#binding.client.passkeys?.signalAccepted({ ...passkeys, ...names });
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
    if (problem.is('bad-name', 'malformed') && this.asking?.what === 'rename') {
      this.#host.show({ name: 'idle' });
      this.#host.complain('name', this.#host.text('problem.bad-name'));
      return true;
    }
    // The error may be far above the button that was pressed, so the focus moves to it.
    if (this.account) this.#focus('#again');
    return false;
  }

  #focus(selector: string): void {
    void this.#host.element.updateComplete.then(async () => {
      await this.#host.element.updateComplete;
      focusOn(this.#host, selector);
    });
  }
}

/** Returns the id of the button that opened the question. It gets the focus when the question closes. */
export const opener = (asking: Asking | undefined): string => {
  if (!asking) return 'heading';
  return asking.what === 'not-me' ? `not-me-${asking.at}` : `${asking.what}-${asking.id}`;
};
