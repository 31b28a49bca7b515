import { Browser, type Reply } from '../../http/testing/browser.ts';
import { first, type HeldFlow } from '../../http/testing/server.ts';
import type { TestUser } from '../../testing/users.ts';

let visitors = 0;

/** A browser at an address of its own, behind the proxy that the drills' servers trust. */
export class Visitor {
  readonly browser: Browser;
  readonly #headers: Record<string, string>;

  constructor(base: string) {
    visitors += 1;
    const address = [10, visitors >> 16, (visitors >> 8) & 255, visitors & 255].join('.');
    this.browser = new Browser(base);
    this.#headers = { 'x-forwarded-for': address };
  }

  get = (path: string, token?: string): Promise<Reply> => this.browser.get(path, { token, headers: this.#headers });

  send = (method: string, path: string, body?: object, token?: string): Promise<Reply> =>
    this.browser.send(method, path, { ...(body ? { body } : {}), token, headers: this.#headers });

  async start(kind: string, inputs: object[] = [], rest: object = {}): Promise<HeldFlow> {
    const reply = await this.send('POST', '/flows', { kind, ...(inputs.length > 0 ? { inputs } : {}), ...rest });
    return { id: reply.body?.flow?.id, token: reply.body?.token, reply };
  }

  submit = ({ id, token }: HeldFlow, ...inputs: object[]): Promise<Reply> =>
    this.send('POST', `/flows/${id}`, { inputs }, token);

  /** A login that has come to the code. */
  toCode = (person: TestUser): Promise<HeldFlow> => this.start('login', first(person));

  /** The same browser, at another server or after a restart. */
  at(base: string): Visitor {
    const moved = new Visitor(base);
    moved.browser.sharing(this.browser);
    return moved;
  }

  close(): void {
    this.browser.close();
  }
}

/** Whether an answer sets a session: the end of a login. */
export const isLoggedIn = ({ setCookies }: Reply): boolean =>
  setCookies.some((cookie) => /^(?:__Host-)?mfa-session=./.test(cookie));
