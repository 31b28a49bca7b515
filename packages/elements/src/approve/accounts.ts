import type { MfaProblem } from '@tweestap/client';
import type { PushCode, PushLink, PushPhone } from '@tweestap/client/push';

/** The accounts that are linked to the phone: their current codes, and what the server reported about them. */
export class Accounts {
  readonly #phone: PushPhone;
  readonly #changed: () => void;
  readonly #codes = new Map<string, PushCode>();
  readonly #gone = new Set<string>();
  readonly #subscribed = new Set<string>();
  /** The linked accounts. */
  links: readonly PushLink[] = [];
  /** Whether the server can't be reached. The codes work nevertheless. */
  isOffline = false;

  constructor(phone: PushPhone, changed: () => void) {
    this.#phone = phone;
    this.#changed = changed;
  }

  /** Reads the accounts from the phone's storage. @throws {MfaProblem} */
  async read(): Promise<void> {
    this.links = await this.#phone.links();
  }

  /** Reads the accounts from the server. Failures are not shown: the codes and the next attempt do not depend on it. */
  async refresh(): Promise<void> {
    if (document.hidden) return;
    for (const { id } of this.links) {
      try {
        await this.#phone.refresh(id);
        this.heard(id);
      } catch (error) {
        this.heard(id, error as MfaProblem);
      }
    }
    await this.read().catch(() => undefined);
    this.#changed();
  }

  /** Notes that the server has answered a request of this account, or why it has not. */
  heard(id: string, problem?: MfaProblem): void {
    if (problem?.is('not-found')) this.#gone.add(id);
    this.isOffline = problem?.is('network', 'timeout') ?? false;
  }

  /** Whether the server does not know this device any more. */
  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** Returns the current code of an account, once it was computed. Computes the next one when it has passed. */
  code({ id, hasCodes }: PushLink): PushCode | undefined {
    const code = this.#codes.get(id);
    const isCurrent = code !== undefined && code.expiresAt > Date.now();
    if (hasCodes && !isCurrent) void this.#compute(id);
    return isCurrent ? code : undefined;
  }

  /** Lets the push service wake the phone for the accounts that were linked since the last call. The user has allowed that already. */
  subscribe(registration: ServiceWorkerRegistration): void {
    for (const { id, device } of this.links) {
      if (device.state !== 'linked' || this.#subscribed.has(id)) continue;
      this.#subscribed.add(id);
      // The open app works without it, and the next start tries again.
      this.#phone.subscribe(id, registration).catch(() => undefined);
    }
  }

  async #compute(id: string): Promise<void> {
    const code = await this.#phone.code(id).catch(() => undefined);
    if (!code) return;
    this.#codes.set(id, code);
    this.#changed();
  }
}
