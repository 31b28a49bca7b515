import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tweestap } from '../../create.ts';
import { Browser, type Reply } from '../../http/testing/browser.ts';
import { type HeldFlow, listen, serve, type TestServer } from '../../http/testing/server.ts';
import type { TweestapOptions } from '../../options.ts';
import type { Fixture } from '../../store/testing/databases.ts';
import type { CompletedLogin } from '../completed.ts';
import type { BeginOptions, ExpectedLogin } from '../second-step.ts';

/** A portal that checks passwords itself: `/log-in?user=…` stands for its own form after a correct password. */
export interface Portal extends TestServer {
  /** What the portal passes to `beginFor`, besides the request, the response and the organisation. */
  begin: Pick<BeginOptions, 'user' | 'returnTo'>;
  /** The errors of `beginFor`, in order. */
  errors: Error[];
  /** A new browser, for the API and for the pages of the portal. */
  visitor(): Visitor;
}

/** A browser at a portal. */
export class Visitor {
  readonly api: Browser;
  readonly #pages: Browser;

  constructor(api: Browser, pages: Browser) {
    this.api = api;
    this.#pages = pages;
  }

  /** Logs in at the portal with a correct password, and returns what `beginFor` returned. */
  async logIn(user: string, organisation = 'alpha'): Promise<Reply> {
    return await this.#page(`/log-in?${new URLSearchParams({ user, organisation })}`);
  }

  /** What `completed` returns for this browser. */
  async completed(expected: ExpectedLogin = {}): Promise<CompletedLogin | undefined> {
    const reply = await this.#page(`/finish?${new URLSearchParams(expected as Record<string, string>)}`);
    return reply.body.login ?? undefined;
  }

  /** Continues the login in the widget of the page. */
  async continued(): Promise<HeldFlow> {
    const reply = await this.api.send('POST', '/flows/begun');
    return { id: reply.body?.flow?.id, token: reply.body?.token, reply };
  }

  /** One browser: cookies of the pages and of the API are the same. */
  async #page(path: string): Promise<Reply> {
    this.#pages.sharing(this.api);
    const reply = await this.#pages.get(path);
    this.api.sharing(this.#pages);
    return reply;
  }
}

/** Starts a portal on the database of a fixture. */
export async function startPortal(fixture: Fixture, options: Partial<TweestapOptions> = {}): Promise<Portal> {
  const plain = await serve(fixture, options);
  const { tweestap } = plain;
  const listener = (req: IncomingMessage, res: ServerResponse): void =>
    tweestap.router(req, res, () => void pages(tweestap, portal, req, res));
  const server = await listen(fixture, tweestap, listener);
  const portal: Portal = {
    ...server,
    begin: {},
    errors: [],
    visitor: () => new Visitor(server.browser(), new Browser(server.origin)),
    async stop() {
      plain.server.close();
      await server.stop();
    },
  };
  return portal;
}

async function pages(tweestap: Tweestap, portal: Portal, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://portal');
  const send = (status: number, body: unknown): void =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  try {
    if (pathname === '/finish') {
      const { userId, flow } = Object.fromEntries(searchParams);
      return send(200, { login: await tweestap.completed(req, { userId, flow }) });
    }
    const organisation = searchParams.get('organisation') ?? '';
    const options = { organisation, ...portal.begin, request: req, response: res };
    send(200, await tweestap.beginFor(searchParams.get('user') ?? '', options));
  } catch (error) {
    portal.errors.push(error as Error);
    send(500, { code: (error as { code?: string }).code, message: (error as Error).message });
  }
}
