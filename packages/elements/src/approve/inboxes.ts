import type { MfaProblem } from '@tweestap/client';
import type { InboxListener, PushInbox, PushPhone, PushRequest } from '@tweestap/client/push';

/** The accounts that the phone hears of by a connection of their own. A browser opens few connections to one host. */
const MAX_CONNECTIONS = 3;

/** Milliseconds between two questions about the other accounts. */
const INTERVAL_MS = 20_000;

/** A login that waits for an answer, with the account that it is for. */
export interface Waiting {
  /** The id of this device for the account. */
  readonly id: string;
  /** The login. */
  readonly request: PushRequest;
}

/** Hears of the logins of all linked accounts. */
export class Inboxes {
  readonly #phone: PushPhone;
  readonly #changed: (id: string, problem?: MfaProblem) => void;
  readonly #inboxes = new Map<string, PushInbox>();
  #abort = new AbortController();

  constructor(phone: PushPhone, changed: (id: string, problem?: MfaProblem) => void) {
    this.#phone = phone;
    this.#changed = changed;
  }

  /** The logins that wait for an answer, the newest first. */
  get waiting(): readonly Waiting[] {
    return [...this.#inboxes]
      .flatMap(([id, { requests }]) => requests.map((request) => ({ id, request })))
      .sort((one, other) => other.request.at.localeCompare(one.request.at));
  }

  /** Returns the earlier logins of an account, newest first. */
  history(id: string): readonly PushRequest[] {
    return this.#inboxes.get(id)?.history ?? [];
  }

  /** Hears of the logins of these accounts, and of no others. */
  listen(ids: readonly string[]): void {
    this.stop();
    this.#abort = new AbortController();
    for (const id of this.#inboxes.keys()) if (!ids.includes(id)) this.#inboxes.delete(id);
    ids.slice(0, MAX_CONNECTIONS).forEach((id) => {
      this.#phone.listen(id, this.#listener(id), this.#abort.signal);
    });
    const others = ids.slice(MAX_CONNECTIONS);
    if (others.length > 0) this.#ask(others, this.#abort.signal);
  }

  /** Closes the connections. */
  stop(): void {
    this.#abort.abort();
  }

  #listener(id: string): InboxListener {
    return (inbox, problem) => {
      if (inbox) this.#inboxes.set(id, inbox);
      this.#changed(id, problem);
    };
  }

  /** Asks for the logins of these accounts now and then. */
  #ask(ids: readonly string[], signal: AbortSignal): void {
    if (signal.aborted) return;
    if (!document.hidden) {
      for (const id of ids)
        this.#phone.requests(id).then(this.#listener(id), (problem) => this.#listener(id)(undefined, problem));
    }
    setTimeout(() => this.#ask(ids, signal), INTERVAL_MS);
  }
}
