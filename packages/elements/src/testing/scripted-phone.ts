import type { Problem } from '@tweestap/client';
import {
  createPushDevice,
  type KeyStorage,
  type PushAccount,
  type PushDevice,
  type PushInbox,
  type PushPhone,
  type PushRequest,
  type StoredLink,
} from '@tweestap/client/push';
import { makeVisible } from './visible.ts';

/** A request that the scripted server has received. */
export interface PhoneCall {
  /** The HTTP method. */
  method: string;
  /** The path below the mount path, with the query. */
  path: string;
  /** The parsed JSON body. */
  body: Record<string, unknown>;
}

/** A linked account, as the server has it. */
export interface ScriptedLink {
  /** The device. */
  device: PushDevice;
  /** The account. */
  account: PushAccount;
  /** The logins of the account. */
  inbox?: PushInbox;
  /** Whether the phone has the secret of the codes. Default true. */
  codes?: boolean;
}

/** What the scripted server has and sends. */
export interface PhoneScript {
  /** The accounts that were linked before. */
  links: readonly ScriptedLink[];
  /** The account that the next link adds. */
  next?: ScriptedLink;
  /** The login of a link that opened the app on this phone. */
  opened?: PushRequest;
  /** Refusals of changes, in order. `lost` loses the connection; `ok` accepts. */
  refusals?: ((Partial<Problem> & { code: Problem['code']; status: number }) | 'lost' | 'ok')[];
  /** Whether there is no connection once the accounts were linked. */
  offline?: boolean;
}

/** The secret of RFC 6238, appendix B. */
const totp = { secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', digits: 6, period: 30, issuer: 'De Linde', account: 'anna' };
const none: PushInbox = { requests: [], history: [] };

const memory = (): KeyStorage => {
  const links = new Map<string, StoredLink>();
  return {
    all: async () => [...links.values()],
    put: async (link) => void links.set(link.id, link),
    remove: async (id) => void links.delete(id),
  };
};

const json = (status: number, body: unknown): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  });

/** The key that has signed the proof of a request. */
const keyOf = (proof: string): string => {
  const header = (proof.split('.')[0] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  return JSON.parse(atob(header)).jwk.x;
};

/** The server's side of a scripted phone. */
class PhoneServer {
  readonly script: PhoneScript;
  readonly calls: PhoneCall[] = [];
  readonly #links: ScriptedLink[] = [];
  readonly #owners = new Map<string, ScriptedLink>();
  readonly #streams = new Map<ScriptedLink, ReadableStreamDefaultController<Uint8Array>>();
  isOffline = false;

  constructor(script: PhoneScript) {
    this.script = script;
  }

  readonly fetch: typeof globalThis.fetch = async (input, init = {}) => {
    if (this.isOffline) throw new TypeError('no network');
    const path = String(input).replace(/^.*\/mfa\/v1/, '');
    const headers = init.headers as Record<string, string>;
    const body = init.body ? JSON.parse(String(init.body)) : {};
    const method = init.method ?? 'GET';
    this.calls.push({ method, path, body });
    if (method === 'POST' && path === '/push/devices') return this.#add(body, headers.dpop ?? '');
    const link = this.#owners.get(keyOf(headers.dpop ?? ''));
    if (!link) return this.#refuse({ code: 'not-found', status: 404 });
    if (method !== 'GET') {
      const refused = this.script.refusals?.shift();
      if (refused === 'lost') throw new TypeError('no network');
      if (refused && refused !== 'ok') return this.#refuse(refused);
    }
    return this.#respond(link, method, path, headers.accept === 'text/event-stream');
  };

  /** Sends other logins to the phone. */
  report(index: number, inbox: PushInbox): void {
    const link = this.#links[index] as ScriptedLink;
    link.inbox = inbox;
    const data = `event: requests\ndata: ${JSON.stringify(inbox)}\n\n`;
    this.#streams.get(link)?.enqueue(new TextEncoder().encode(data));
  }

  /** Replaces the account of a link. */
  change(index: number, account: Partial<PushAccount>): void {
    const link = this.#links[index] as ScriptedLink;
    link.account = { ...link.account, ...account };
  }

  /** Replaces the device of a link. */
  link(index: number, device: PushDevice): void {
    (this.#links[index] as ScriptedLink).device = device;
  }

  /** Removes the device of a link, as the help desk does. */
  forget(index: number): void {
    for (const [key, link] of this.#owners) if (link === this.#links[index]) this.#owners.delete(key);
  }

  #add(body: { publicKey: { x: string } }, _proof: string): Response {
    const refused = this.#links.length >= this.script.links.length ? this.script.refusals?.shift() : 'ok';
    if (refused === 'lost') throw new TypeError('no network');
    if (refused && refused !== 'ok') return this.#refuse(refused);
    const added = { ...(this.script.links[this.#links.length] ?? (this.script.next as ScriptedLink)) };
    this.#links.push(added);
    this.#owners.set(body.publicKey.x, added);
    return json(201, { device: added.device, account: added.account });
  }

  #respond(link: ScriptedLink, method: string, path: string, isStream: boolean): Response {
    if (path === '/push/requests') return isStream ? this.#stream(link) : json(200, link.inbox ?? none);
    if (path.startsWith('/push/requests/')) {
      if (method === 'POST') return json(200, { request: { ...link.inbox?.requests[0], state: 'approved' } });
      const { opened } = this.script;
      return opened && path.endsWith(opened.id)
        ? json(200, { request: opened })
        : this.#refuse({ code: 'not-found', status: 404 });
    }
    if (path.endsWith('/confirm')) {
      link.device = { ...link.device, state: 'linked' };
      return json(200, { device: link.device, ...(link.codes === false ? {} : { totp }) });
    }
    if (path.endsWith('/unlock')) {
      link.account = { ...link.account, locked: false, unlocksLeft: link.account.unlocksLeft - 1 };
      return json(200, { account: link.account });
    }
    if (method === 'DELETE') return json(204, undefined);
    return json(200, { device: link.device, account: link.account });
  }

  #stream(link: ScriptedLink): Response {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void this.#streams.set(link, controller) });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }

  #refuse(refused: Partial<Problem> & { status: number }): Response {
    return json(refused.status, { type: 'urn:x', title: 'x', correlationId: 'c-1', ...refused });
  }
}

/** Makes the real SDK of the phone with a storage in memory and a `fetch` that follows a script. The accounts are linked already. */
export const scriptedPhone = async (script: PhoneScript): Promise<{ phone: PushPhone; server: PhoneServer }> => {
  makeVisible();
  const server = new PhoneServer({ ...script, refusals: [] });
  const wait = () => Promise.resolve();
  const phone = createPushDevice({ api: '/mfa/v1', storage: memory(), fetch: server.fetch, wait });
  for (const { device, codes } of script.links) {
    const { id } = await phone.link('token');
    if (device.state !== 'code' && codes !== false) await phone.confirm(id, '123456');
  }
  server.calls.length = 0;
  server.script.refusals = [...(script.refusals ?? [])];
  server.isOffline = script.offline ?? false;
  return { phone, server };
};
