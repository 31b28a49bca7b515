import { Browser, type Reply } from '../../http/testing/browser.ts';
import { first, type HeldFlow } from '../../http/testing/server.ts';
import type { TestUser } from '../../testing/users.ts';

let visitors = 0;

/** A browser with a separate address, behind the proxy that the servers of the drills trust. */
export class Visitor {
  /** The browser with its cookies. */
  readonly browser: Browser;
  readonly #headers: Record<string, string>;

  constructor(base: string) {
    visitors += 1;
    const address = [10, visitors >> 16, (visitors >> 8) & 255, visitors & 255].join('.');
    this.browser = new Browser(base);
    this.#headers = { 'x-forwarded-for': address };
  }

  /** Sends a GET request, with a flow token if one is given. */
  get = (path: string, token?: string): Promise<Reply> => this.browser.get(path, { token, headers: this.#headers });

  /** Sends a request with a JSON body. */
  send = (method: string, path: string, body?: object, token?: string): Promise<Reply> =>
    this.browser.send(method, path, { ...(body ? { body } : {}), token, headers: this.#headers });

  /** Begins a flow. */
  async start(kind: string, inputs: object[] = [], rest: object = {}): Promise<HeldFlow> {
    const reply = await this.send('POST', '/flows', { kind, ...(inputs.length > 0 ? { inputs } : {}), ...rest });
    return { id: reply.body?.flow?.id, token: reply.body?.token, reply };
  }

  /** Sends inputs to a flow. */
  submit = ({ id, token }: HeldFlow, ...inputs: object[]): Promise<Reply> =>
    this.send('POST', `/flows/${id}`, { inputs }, token);

  /** Begins a login up to the code step. */
  toCode = (user: TestUser): Promise<HeldFlow> => this.start('login', first(user));

  /** The same browser with another server, or after a restart. */
  at(base: string): Visitor {
    const moved = new Visitor(base);
    moved.browser.sharing(this.browser);
    return moved;
  }

  /** Closes the connections. */
  close(): void {
    this.browser.close();
  }
}

/** Whether an answer sets a session cookie, which ends a login. */
export const isLoggedIn = ({ setCookies }: Reply): boolean =>
  setCookies.some((cookie) => /^(?:__Host-)?mfa-session=./.test(cookie));
