import type { PushAccount, PushDevice, PushRequest } from '@tweestap/protocol';
import { BackOff, platformPresence, platformTimers } from './back-off.ts';
import { createPlatformFetch } from './platform-fetch.ts';
import { asProblem, MfaProblem } from './problem.ts';
import {
  answerOf,
  base64url,
  type CodeSecret,
  codeOf,
  createCodeKey,
  createDeviceKey,
  type DeviceKey,
  proofOf,
} from './push/keys.ts';
import { indexedDbStorage, type KeyStorage, type StoredLink } from './push/storage.ts';
import type { InboxListener, PushCode, PushDeviceOptions, PushInbox, PushLink, PushPhone } from './push-types.ts';
import { baseOf, type Call, createServerClock, createTransport } from './transport.ts';
import { createStream } from './transport-stream.ts';

export type { PushAccount, PushDevice, PushRequest } from '@tweestap/protocol';
export type { Presence, Timers } from './back-off.ts';
export type { MfaCode, MfaProblemInit, ProblemKind } from './problem.ts';
export { MfaProblem } from './problem.ts';
export type { CodeKey, DeviceKey } from './push/keys.ts';
export type { KeyStorage, StoredLink } from './push/storage.ts';
export type { InboxListener, PushCode, PushDeviceOptions, PushInbox, PushLink, PushPhone } from './push-types.ts';

/** Seconds for which the server may hold a long poll. */
const HELD_S = 25;

/** Milliseconds after which a connection that ends was a sound one. */
const SOUND_MS = 10_000;

/** Milliseconds by which a clock must be wrong before a refused proof is made again. */
const CLOCK_TOLERANCE_MS = 2_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const shown = ({ id, device, account, codes }: StoredLink): PushLink => ({
  id,
  device,
  account,
  hasCodes: codes !== undefined,
});

/** Makes the phone's side of push: it links accounts, approves logins and computes codes. It sends no request until it is used. */
export const createPushDevice = (options: PushDeviceOptions): PushPhone => new Phone(options);

class Phone implements PushPhone {
  readonly #options: PushDeviceOptions;
  readonly #storage: KeyStorage;
  readonly #clock: ReturnType<typeof createServerClock>;
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #stream: ReturnType<typeof createStream>;

  constructor(options: PushDeviceOptions) {
    this.#options = options;
    const { api, clock = Date.now } = options;
    this.#storage = options.storage ?? indexedDbStorage(`mfa-push:${api}`);
    this.#clock = createServerClock(clock);
    const sending = { api, clock, fetch: options.fetch ?? createPlatformFetch(), language: options.language };
    this.#stream = createStream(sending);
    this.#transport = createTransport({
      ...sending,
      random: randomBytes,
      wait: options.wait ?? pause,
      timeout: 15_000,
      attempts: 3,
      // The header has whole seconds; half a second is its mean error.
      onDate: ({ date, ...span }) => this.#clock.measure(new Date(Date.parse(date) + 500).toJSON(), span),
    });
  }

  async links(): Promise<readonly PushLink[]> {
    return (await this.#stored()).map(shown);
  }

  async link(token: string, name?: string): Promise<PushLink> {
    const key = await createDeviceKey();
    const body = { link: token, publicKey: key.publicKey, ...(name ? { name } : {}) };
    const { device, account } = await this.#send<{ device: PushDevice; account: PushAccount }>(key, {
      method: 'POST',
      path: '/push/devices',
      body,
    });
    return this.#keep({ id: device.id, device, account, key });
  }

  async confirm(id: string, code: string): Promise<PushLink> {
    const { device, totp } = await this.#call<{ device: PushDevice; totp?: CodeSecret }>(id, 'POST', '/confirm', {
      code,
    });
    const stored = await this.#find(id);
    return this.#keep({ ...stored, device, ...(totp ? { codes: await createCodeKey(totp) } : {}) });
  }

  async refresh(id: string): Promise<PushLink> {
    const { device, account } = await this.#call<{ device: PushDevice; account: PushAccount }>(id, 'GET');
    return this.#keep({ ...(await this.#find(id)), device, account });
  }

  async requests(id: string): Promise<PushInbox> {
    return this.#send((await this.#find(id)).key, { method: 'GET', path: '/push/requests' });
  }

  async request(id: string, request: string): Promise<PushRequest | undefined> {
    const { key } = await this.#find(id);
    const path = `/push/requests/${encodeURIComponent(request)}`;
    try {
      return (await this.#send<{ request: PushRequest }>(key, { method: 'GET', path })).request;
    } catch (error) {
      if ((error as MfaProblem).is('not-found')) return undefined;
      throw error;
    }
  }

  listen(id: string, listener: InboxListener, signal: AbortSignal): void {
    void this.#listen(id, listener, signal);
  }

  async answer(id: string, request: PushRequest, answer: 'approve' | 'deny', number?: string): Promise<PushRequest> {
    const { key } = await this.#find(id);
    const { challenge } = request;
    const signed = await answerOf(key, { request: request.id, challenge, answer, ...(number ? { number } : {}) });
    const path = `/push/requests/${encodeURIComponent(request.id)}`;
    return (await this.#send<{ request: PushRequest }>(key, { method: 'POST', path, body: { answer: signed } }))
      .request;
  }

  async unlock(id: string): Promise<PushAccount> {
    const { account } = await this.#call<{ account: PushAccount }>(id, 'POST', '/unlock');
    await this.#keep({ ...(await this.#find(id)), account });
    return account;
  }

  async unlink(id: string): Promise<void> {
    try {
      await this.#call(id, 'DELETE');
    } catch (error) {
      // The server does not know the device any more, so only the key on this phone is left to remove.
      if (!(error as MfaProblem).is('not-found')) throw error;
    }
    await this.#stores(() => this.#storage.remove(id));
  }

  async subscribe(id: string, { pushManager }: ServiceWorkerRegistration): Promise<boolean> {
    try {
      const { body } = await this.#transport({ method: 'GET', path: '/push/vapid' });
      const { publicKey } = body as { publicKey: string };
      const existing = await pushManager.getSubscription();
      const { applicationServerKey: used } = existing?.options ?? {};
      // The browser keeps one subscription, which belongs to the server's key at that time.
      if (used && base64url(new Uint8Array(used)) !== publicKey) await existing?.unsubscribe();
      const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
      const { endpoint, keys } = subscription.toJSON();
      await this.#call(id, 'PUT', '/subscription', { endpoint, keys });
      return true;
    } catch (error) {
      // A server without keys for push services has no such route.
      if (error instanceof MfaProblem && !error.is('not-found')) throw error;
      return false;
    }
  }

  async code(id: string): Promise<PushCode | undefined> {
    const { codes } = await this.#find(id);
    if (!codes) return undefined;
    const now = this.#clock.now();
    const { period } = codes;
    const next = (Math.floor(now / 1000 / period) + 1) * period * 1000;
    return { code: await codeOf(codes, now), period, expiresAt: next - this.#clock.offset };
  }

  async #listen(id: string, listener: InboxListener, signal: AbortSignal): Promise<void> {
    const { timers = platformTimers, presence = platformPresence } = this.#options;
    const backOff = new BackOff(timers, presence);
    let streams = true;
    let last = '';
    for (;;) {
      await backOff.ready(signal);
      if (signal.aborted) return;
      const opened = this.#clock.now();
      try {
        const { key } = await this.#find(id);
        for await (const inbox of streams ? this.#events(key, signal) : this.#polls(key, signal)) {
          const text = JSON.stringify(inbox);
          if (text !== last) backOff.reset();
          last = text;
          listener(inbox);
        }
      } catch (error) {
        if (signal.aborted) return;
        const problem = asProblem(error);
        if (streams && problem.is('unexpected-answer', 'timeout')) streams = false;
        else listener(undefined, problem);
        if (problem.is('not-found')) return;
      }
      if (this.#clock.now() - opened > SOUND_MS) backOff.reset();
      backOff.failed();
    }
  }

  /** Yields the logins from a stream of server-sent events. */
  async *#events(key: DeviceKey, signal: AbortSignal): AsyncGenerator<PushInbox> {
    const path = '/push/requests';
    // The first answer is a plain one. It corrects the clock of the proofs, and does not wait for a proxy that holds events back.
    yield await this.#send<PushInbox>(key, { method: 'GET', path, signal });
    const proof = await this.#proof(key, 'GET', path);
    for await (const { name, data } of this.#stream({ path, proof, signal })) {
      if (name === 'requests') yield JSON.parse(data) as PushInbox;
    }
  }

  /** Yields the logins by long polling. Ends if the server does not hold the response back, so that nothing floods it. */
  async *#polls(key: DeviceKey, signal: AbortSignal): AsyncGenerator<PushInbox> {
    let path = '/push/requests';
    let last = '';
    for (;;) {
      const sentAt = this.#clock.now();
      const inbox = await this.#send<PushInbox>(key, { method: 'GET', path, signal, timeout: (HELD_S + 15) * 1000 });
      const text = JSON.stringify(inbox);
      if (text === last && this.#clock.now() - sentAt < SOUND_MS) return;
      last = text;
      yield inbox;
      path = `/push/requests?wait=${HELD_S}`;
    }
  }

  async #call<T>(id: string, method: Call['method'], below = '', body?: unknown): Promise<T> {
    const { key } = await this.#find(id);
    return this.#send<T>(key, { method, path: `/push/devices/${encodeURIComponent(id)}${below}`, body });
  }

  /** Sends a request with a proof. A proof that a wrong clock has spoiled is made again with the server's time. */
  async #send<T>(key: DeviceKey, call: Call): Promise<T> {
    const proved: Call = { ...call, proof: () => this.#proof(key, call.method, call.path) };
    const before = this.#clock.offset;
    try {
      return (await this.#transport(proved)).body as T;
    } catch (error) {
      const isCorrected = Math.abs(this.#clock.offset - before) > CLOCK_TOLERANCE_MS;
      if (!isCorrected || !(error as MfaProblem).is('bad-proof')) throw error;
      return (await this.#transport(proved)).body as T;
    }
  }

  #proof(key: DeviceKey, method: string, path: string): Promise<string> {
    const url = new URL(baseOf(this.#options.api) + path, globalThis.document?.baseURI).href;
    return proofOf(key, { method, url, now: this.#clock.now(), id: randomBytes(16) });
  }

  async #find(id: string): Promise<StoredLink> {
    const found = (await this.#stored()).find((link) => link.id === id);
    if (!found) throw new MfaProblem('not-found');
    return found;
  }

  #stored(): Promise<StoredLink[]> {
    return this.#stores(() => this.#storage.all());
  }

  async #keep(link: StoredLink): Promise<PushLink> {
    await this.#stores(() => this.#storage.put(link));
    return shown(link);
  }

  /** Reports a storage that does not work, as in a private window. */
  async #stores<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw new MfaProblem('no-storage', { cause });
    }
  }
}

const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
